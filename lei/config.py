"""The settings of LEI: environment variables, or a `.env`-style file named by `LEI_CONFIG` (the environment wins)."""

from __future__ import annotations

import difflib
import fcntl
import io
import ipaddress
import os
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dotenv.parser import parse_stream

from lei.errors import ConfigurationError
from lei.language import ENGLISH, languages
from lei.paper import A4, PAGE_SIZES

DEFAULTS: Mapping[str, str] = {
    "LEI_DATABASE_URL": "",
    "LEI_DATA_DIR": "var",
    "LEI_SECRET_KEY": "",
    "LEI_BASE_URL": "http://127.0.0.1:8000",
    "LEI_SMTP_URL": "",
    "LEI_MAIL_FROM": "LEI <lei@localhost>",
    "LEI_TIMEZONE": "UTC",
    "LEI_LOG_FORMAT": "text",
    "LEI_MIN_GROUP_SIZE": "5",
    "LEI_DOCUMENTED_CREDIT": "no",
    "LEI_MAIL_DOMAINS": "",
    "LEI_MAIL_MAX_MB": "10",
    "LEI_FOLDERS": "",
    "LEI_WEBHOOK_PRIVATE_HOSTS": "",
    "LEI_ARCHIVE_MONTHS": "",
    "LEI_RATE_LIMIT": "120000",
    "LEI_TRUSTED_PROXY": "",
    "LEI_MOST_DIMENSION_VALUES": "5000",
    "LEI_PERSONAL_VALUES": "refuse",
    "LEI_OWNER_SCORECARDS": "yes",
    "LEI_PAGE_SIZE": A4,
    "LEI_LANGUAGE": ENGLISH,
}
# Read by the test suite only; the service must not stop because a developer has it set.
IGNORED = frozenset({"LEI_CONFIG", "LEI_TEST_POSTGRES_URL", "LEI_TEST_EXAMPLES"})
SMALLEST_GROUP = 5
_MEGABYTE = 1_000_000
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|[0-9a-f:.]+", re.ASCII)
_LARGEST_NUMBER = 10**9


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings, checked. `smtp_url` is None where deliveries go to the outbox folder.

    documented_credit: the organization permits a documented estimate of the credited share above the usual ceiling.
    mail_domains: that mails may go to; empty: any. mail_max_bytes: of a mail as it is sent. folders: that scorecards
    may be written into; empty: none. webhook_private_hosts: that webhooks may reach inside the own network.
    archive_months: how long PDFs and mails are kept; None: for ever.
    rate_limit: requests of one key a minute in one process, 0 for any number. trusted_proxy: the address whose
    X-Forwarded-For is believed; None: nobody's. personal_values: whether dimension values
    may look like e-mail addresses. owner_scorecards: owners of programs get theirs by mail each month. page_size,
    language: of documents where nobody asks for another.
    """

    database_url: str
    data_dir: Path
    secret_key: str | None
    base_url: str
    smtp_url: str | None
    mail_from: str
    timezone: ZoneInfo
    log_format: str
    min_group_size: int
    documented_credit: bool
    mail_domains: frozenset[str]
    mail_max_bytes: int
    folders: tuple[Path, ...]
    webhook_private_hosts: frozenset[str]
    archive_months: int | None
    rate_limit: int
    trusted_proxy: str | None
    most_dimension_values: int
    personal_values: bool
    owner_scorecards: bool
    page_size: str
    language: str

    @property
    def public_url(self) -> str | None:
        """The address for links in mails; None where nobody has set one: the default is this very machine."""
        return None if self.base_url == DEFAULTS["LEI_BASE_URL"] else self.base_url

    @property
    def outbox(self) -> Path:
        """Where deliveries are written as .eml files when no mail server is set."""
        return self.data_dir / "outbox"


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Read and check all settings.

    Raises ConfigurationError that names the setting at fault.
    """
    given = {**_from_file(environ.get("LEI_CONFIG")), **environ}
    given = {name: value for name, value in given.items() if name.startswith("LEI_") and name not in IGNORED}
    _refuse_unknown(given)
    values = {name: given.get(name) or default for name, default in DEFAULTS.items()}
    data_dir = Path(values["LEI_DATA_DIR"]).expanduser().resolve()
    return Settings(
        database_url=_database_url(values["LEI_DATABASE_URL"], data_dir),
        data_dir=data_dir,
        secret_key=values["LEI_SECRET_KEY"] or None,
        base_url=_http_url(values["LEI_BASE_URL"]),
        smtp_url=_smtp_url(values["LEI_SMTP_URL"]),
        mail_from=_mail_from(values["LEI_MAIL_FROM"]),
        timezone=_timezone(values["LEI_TIMEZONE"]),
        log_format=_one_of("LEI_LOG_FORMAT", values["LEI_LOG_FORMAT"], ("text", "json")),
        min_group_size=_group_size(values["LEI_MIN_GROUP_SIZE"]),
        documented_credit=_one_of("LEI_DOCUMENTED_CREDIT", values["LEI_DOCUMENTED_CREDIT"], ("no", "yes")) == "yes",
        mail_domains=frozenset(_domains("LEI_MAIL_DOMAINS", values["LEI_MAIL_DOMAINS"])),
        mail_max_bytes=_MEGABYTE * _whole_number("LEI_MAIL_MAX_MB", values["LEI_MAIL_MAX_MB"], 1),
        folders=tuple(_folders(values["LEI_FOLDERS"])),
        webhook_private_hosts=frozenset(_domains("LEI_WEBHOOK_PRIVATE_HOSTS", values["LEI_WEBHOOK_PRIVATE_HOSTS"])),
        archive_months=_whole_number("LEI_ARCHIVE_MONTHS", values["LEI_ARCHIVE_MONTHS"], 1)
        if values["LEI_ARCHIVE_MONTHS"]
        else None,
        rate_limit=_whole_number("LEI_RATE_LIMIT", values["LEI_RATE_LIMIT"], 0),
        trusted_proxy=_address_or_none("LEI_TRUSTED_PROXY", values["LEI_TRUSTED_PROXY"]),
        most_dimension_values=_whole_number("LEI_MOST_DIMENSION_VALUES", values["LEI_MOST_DIMENSION_VALUES"], 1),
        personal_values=_one_of("LEI_PERSONAL_VALUES", values["LEI_PERSONAL_VALUES"], ("refuse", "allow")) == "allow",
        owner_scorecards=_one_of("LEI_OWNER_SCORECARDS", values["LEI_OWNER_SCORECARDS"], ("no", "yes")) == "yes",
        page_size=_one_of("LEI_PAGE_SIZE", values["LEI_PAGE_SIZE"], PAGE_SIZES),
        language=_one_of("LEI_LANGUAGE", values["LEI_LANGUAGE"], languages()),
    )


def secret_key(settings: Settings) -> str:
    """The key that signs sessions: the one that is set, else one that is made once and kept in the data folder."""
    if settings.secret_key:
        return settings.secret_key
    file = settings.data_dir / "secret_key"
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return (file.read_text(encoding="ascii").strip() if file.exists() else "") or _made_once(file)


def _made_once(file: Path) -> str:
    """The key in the file, which is made where there is none.

    Several processes may start at once, and one may have stopped before it wrote the key: who has the lock first
    writes it, the others read it.
    """
    with os.fdopen(os.open(file, os.O_RDWR | os.O_CREAT, 0o600), "r+", encoding="ascii") as kept:
        fcntl.flock(kept, fcntl.LOCK_EX)  # until it is closed
        key = kept.read().strip()
        if not key:
            key = secrets.token_urlsafe(48)
            kept.write(key)
        return key


def _from_file(name: str | None) -> dict[str, str]:
    if not name:
        return {}
    file = Path(name)
    if not file.is_file():
        raise ConfigurationError(f"LEI_CONFIG names '{name}', and there is no such file.")
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ConfigurationError(f"LEI_CONFIG names '{name}', which cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"LEI_CONFIG names '{name}', which is not UTF-8 (byte {error.start + 1}).") from error
    settings: dict[str, str] = {}
    for line in parse_stream(io.StringIO(text)):
        if line.error or (line.key is not None and line.value is None):
            raise ConfigurationError(f"Line {line.original.line} of '{name}' cannot be read; write NAME=value.")
        if line.key is not None:
            settings[line.key] = line.value or ""
    return settings


def _refuse_unknown(given: Mapping[str, str]) -> None:
    for name in sorted(given):
        if name not in DEFAULTS:
            near = difflib.get_close_matches(name, DEFAULTS, n=1)
            hint = f" Did you mean {near[0]}?" if near else f" Known are: {', '.join(DEFAULTS)}, LEI_CONFIG."
            raise ConfigurationError(f"There is no setting {name}.{hint}")


def _database_url(text: str, data_dir: Path) -> str:
    if not text:
        return f"sqlite:///{data_dir / 'lei.sqlite3'}"
    scheme, colon, rest = text.partition(":")
    if not colon or not rest.startswith("//"):
        raise ConfigurationError("LEI_DATABASE_URL must look like postgresql://user@host:5432/name or sqlite:///file.")
    if scheme in ("postgresql", "postgres", "postgresql+psycopg"):
        if not _port_is_right(text):
            raise ConfigurationError("The port in LEI_DATABASE_URL is not a number from 1 to 65535.")
        return f"postgresql+psycopg:{rest}"
    if scheme == "sqlite":
        if rest.partition("?")[0].strip("/") in ("", ":memory:"):
            raise ConfigurationError("LEI_DATABASE_URL must name a file: sqlite:////var/lib/lei/lei.sqlite3.")
        return text
    raise ConfigurationError(f"LEI_DATABASE_URL names the database '{scheme}'; LEI runs on postgresql and sqlite.")


def _http_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or not _port_is_right(text):
        raise ConfigurationError(f"LEI_BASE_URL is '{text}'; it must be an http or https address.")
    return text.rstrip("/")


def _smtp_url(text: str) -> str | None:
    if not text:
        return None
    parts = urlsplit(text)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ConfigurationError("LEI_SMTP_URL must look like smtp://user:password@host:587?tls=starttls.")
    return text


def _mail_from(text: str) -> str:
    address = parseaddr(text)[1]
    name, at, domain = address.rpartition("@")
    if not (name and at and domain) or "\n" in text or "\r" in text:
        raise ConfigurationError(f"LEI_MAIL_FROM is '{text}'; write an address such as LEI <lei@example.com>.")
    return text


def _port_is_right(url: str) -> bool:
    try:
        return urlsplit(url).port != 0
    except ValueError:
        return False


def _timezone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ConfigurationError(f"LEI_TIMEZONE is '{text}'; give an IANA name such as Europe/Berlin.") from None


def _one_of(name: str, value: str, choices: tuple[str, ...]) -> str:
    if value not in choices:
        raise ConfigurationError(f"{name} is '{value}'; it must be one of: {', '.join(choices)}.")
    return value


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _domains(name: str, text: str) -> Iterator[str]:
    for domain in _listed(text):
        if not _HOST.fullmatch(domain.lower()):
            raise ConfigurationError(f"{name} has '{domain}'; write names such as example.com, separated by commas.")
        yield domain.lower()


def _address_or_none(name: str, text: str) -> str | None:
    if not text:
        return None
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        raise ConfigurationError(f"{name} is '{text}'; write one IP address, such as 127.0.0.1.") from None


def _folders(text: str) -> Iterator[Path]:
    for folder in _listed(text):
        if not Path(folder).is_absolute() or ".." in Path(folder).parts:
            raise ConfigurationError(f"LEI_FOLDERS has '{folder}'; write whole paths such as /mnt/share/lei.")
        yield Path(folder)


def _whole_number(name: str, text: str, smallest: int) -> int:
    if not (text.isdecimal() and text.isascii() and smallest <= int(text) <= _LARGEST_NUMBER):
        raise ConfigurationError(f"{name} is '{text}'; it must be a whole number of {smallest} or more.")
    return int(text)


def _group_size(text: str) -> int:
    if not text.isdecimal() or int(text) < SMALLEST_GROUP:
        raise ConfigurationError(
            f"LEI_MIN_GROUP_SIZE is '{text}'; it must be a whole number of {SMALLEST_GROUP} or more: "
            f"nothing is ever shown about fewer than {SMALLEST_GROUP} people."
        )
    return int(text)
