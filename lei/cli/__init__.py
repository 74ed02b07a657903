"""The `lei` command. Commands load when they are called, so that `lei --help` answers at once."""

from __future__ import annotations

import importlib

import click

from lei.cli.errors import exit_code_of_errors

# name -> (module, what it does). The module has an attribute `command`.
COMMANDS = {
    "serve": ("lei.cli.serve", "Web, API and scheduler in one process."),
    "worker": ("lei.cli.worker", "The scheduler and deliveries alone."),
    "db": ("lei.cli.db", "Migrate the database, say whether it is current, rebuild roll-ups."),
    "ingest": ("lei.cli.ingest", "Take observations from a file, as the API does."),
    "import": ("lei.cli.import_records", "Turn record-level exports into observations by a recipe."),
    "score": ("lei.cli.score", "Show scores."),
    "scorecard": ("lei.cli.scorecard", "Render a scorecard as PDF."),
    "readiness": ("lei.cli.readiness", "Show readiness by role and site, now and in three months."),
    "drift": ("lei.cli.drift", "Show business KPIs that left their usual variation, and what to ask."),
    "schedule": ("lei.cli.schedule", "List schedules, or run one now."),
    "webhook": ("lei.cli.webhook", "Make, list and end webhooks that scorecards are posted to."),
    "recipient": ("lei.cli.recipient", "Say who may be sent scorecards of what."),
    "branding": ("lei.cli.branding", "Show or set the name, colour and logo that documents bear."),
    "archive": ("lei.cli.archive", "Remove old PDFs and mails; the record of them stays."),
    "key": ("lei.cli.key", "Make, list, rotate and revoke API keys."),
    "user": ("lei.cli.user", "Make and list people who sign in."),
    "catalog": ("lei.cli.catalog", "Write the measures to a file, or take changed ones from it."),
    "program": ("lei.cli.program", "List and show programs, or take their plans from a file."),
    "owner": ("lei.cli.owner", "Draw the scorecard of somebody who answers for links of programs."),
    "weights": ("lei.cli.weights", "Write weight profiles to a file, or take one from it."),
}


class LazyGroup(click.Group):
    """A group whose commands are imported only when one of them is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, loaded."""
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(COMMANDS[cmd_name][0]).command
        assert isinstance(command, click.Command)  # noqa: S101 - each module of the table has one
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The table itself, without loading anything."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="learning-effectiveness-index", prog_name="lei")
def cli() -> None:
    """LEI, the Learning Effectiveness Index: learning metrics in, scores and scorecards out."""


def main() -> None:
    """Run the command; errors go to stderr in one sentence (status 1), wrong usage exits with 2."""
    with exit_code_of_errors():
        cli(prog_name="lei")
