"""The words by which each language says that something caused, improved or proved anything: data for a search.

The lists have the same meaning in every language: those of English are the rows of the table of grades. A language
without lists of its own is searched for none, so its claims are as honest as whoever translated them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from lei.language import ENGLISH

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """Words of one language by what they say; a `*` stands for any ending.

    contributed: the verb in the past; contribution: in any form. no_effect: that there was none, which an interval that
    includes 0 never shows; no_clear_difference: what is said of such an interval instead, in one of these ways. moved:
    that anything changed at all.
    """

    will_cause: Words
    caused: Words
    proved: Words
    due_to: Words
    because: Words
    led_to: Words
    no_effect: Words
    no_clear_difference: Words
    contributed: Words
    contribution: Words
    impact: Words
    improved: Words
    effect: Words
    moved: Words

    @property
    def everywhere(self) -> Words:
        """What no text of the product says of a program, whatever its grade."""
        causal = (*self.caused, *self.proved, *self.due_to, *self.led_to)
        return (*causal, *self.impact, *self.improved, *self.contributed)


_ENGLISH = Vocabulary(
    will_cause=("will cause",),
    caused=("caused", "causes"),
    proved=("proved", "proves", "proven", "proof"),
    due_to=("due to",),
    because=("because",),
    led_to=("led to", "leads to", "thanks to", "drove", "drives", "driven by", "return caused"),
    no_effect=("no effect",),
    no_clear_difference=("no clear difference",),
    contributed=("contributed",),
    contribution=("contribut*",),
    impact=("impact*",),
    improved=("improv*",),
    effect=("effect*", "ROI", "return on investment"),
    moved=("rose", "fell", "raised", "lowered", "changed", "moved", "consistent with", "better", "worse"),
)
_GERMAN = Vocabulary(
    will_cause=("wird verursachen", "werden verursachen", "wird bewirken", "werden bewirken"),
    caused=("verursach*", "bewirk*", "herbeigeführt*", "hervorgerufen*", "ausgelöst*"),
    proved=("beweis*", "bewies*", "erwiesen*", "nachgewiesen*"),
    due_to=("aufgrund", "auf Grund", "infolge", "zurückzuführen auf"),
    because=("weil", "wegen"),
    led_to=("führt* zu", "führt* zur", "führt* zum", "dank", "angetrieben*", "treibt", "getrieben von"),
    no_effect=("kein* Effekt*", "kein* Wirkung*", "ohne Wirkung*", "ohne Effekt*", "wirkungslos*"),
    no_clear_difference=("kein* klar* Unterschied*", "kein* eindeutig* Unterschied*", "kein* deutlich* Unterschied*"),
    contributed=("beigetragen", "trug bei", "trugen bei", "trug * bei", "beitrug*"),
    contribution=("beitrag*", "beiträg*", "beigetragen", "beitrug*", "trägt bei", "trug bei", "trugen bei"),
    impact=("auswirk*", "Einfluss*"),
    improved=("verbesser*",),
    effect=("Effekt*", "Wirkung*", "wirkt", "wirksam*", "ROI", "Rendite*"),
    moved=(
        *("stieg*", "gestiegen", "sank*", "gesunken", "fiel", "fielen", "gefallen", "erhöht*", "senkt*", "gesenkt"),
        *("veränder*", "geändert*", "bewegt*", "passt zu", "vereinbar mit", "besser*", "schlechter*"),
    ),
)
_FRENCH = Vocabulary(
    will_cause=("causera*", "causeront", "provoquera*", "provoqueront"),
    caused=("causé*", "causent", "causer*", "provoqu*", "entraîné*", "entraînent", "engendr*"),
    proved=("prouv*", "preuve*", "démontr*"),
    due_to=("en raison de", "en raison du", "dû à", "due à", "dus à", "dues à", "dû au", "due au"),
    because=("parce que", "à cause de", "à cause du"),
    led_to=(
        *("conduit à", "mené à", "mène à", "abouti à", "grâce à", "grâce au", "grâce aux"),
        *("tiré par", "tirée par", "porté par", "portée par", "stimulé par", "stimulée par"),
    ),
    no_effect=("aucun effet", "sans effet", "pas d'effet", "pas d’effet", "inefficace*"),
    no_clear_difference=("pas de différence nette", "aucune différence nette", "pas de différence claire"),
    contributed=("contribué*",),
    contribution=("contribu*",),
    impact=("impact*",),
    improved=("amélior*",),
    effect=("effet*", "efficac*", "ROI", "retour sur investissement"),
    moved=(
        *("augment*", "hausse", "baiss*", "diminu*", "changé*", "évolué*", "varié*"),
        *("cohérent*", "compatible*", "mieux", "meilleur*", "pire*"),
    ),
)
_SPANISH = Vocabulary(
    will_cause=("causará*", "provocará*", "va a causar"),
    caused=("causó", "causaron", "causa que", "causan", "causad*", "causar", "provoc*", "ocasion*"),
    proved=("probó", "probad*", "prueba que", "es una prueba", "demostr*", "demuestr*", "comprobad*"),
    due_to=("debido a", "debido al", "debida a", "debida al", "debidos a", "debidas a", "a raíz de"),
    because=("porque", "a causa de", "a causa del", "por culpa de"),
    led_to=(
        *(
            "llevó a",
            "llevaron a",
            "llevado a",
            "lleva a",
            "llevó al",
            "llevado al",
            "condujo a",
            "condujo al",
            "conduce a",
            "dio lugar a",
            "gracias a",
            "gracias al",
        ),
        *("impulsó", "impulsa", "impulsan", "impulsad*"),
    ),
    no_effect=("ningún efecto", "sin efecto*", "no tiene efecto*", "no tuvo efecto*", "ineficaz", "ineficaces"),
    no_clear_difference=(
        *("ninguna diferencia clara", "sin diferencia* clara*", "no hay diferencia* clara*"),
        *("no hay una diferencia clara", "no hay ninguna diferencia clara"),
    ),
    contributed=("contribuyó", "contribuyeron", "contribuido"),
    contribution=("contribu*",),
    impact=("impact*",),
    improved=("mejora*", "mejoró"),
    effect=("efecto*", "eficac*", "eficaz", "eficaces", "ROI", "retorno de la inversión"),
    moved=(
        *("subió", "subieron", "subid*", "aument*", "bajó", "bajaron", "bajad*", "disminu*", "cambi*", "movi*"),
        *("coherente*", "compatible*", "mejor*", "peor*"),
    ),
)
VOCABULARIES: Mapping[str, Vocabulary] = MappingProxyType(
    {ENGLISH: _ENGLISH, "de": _GERMAN, "fr": _FRENCH, "es": _SPANISH}
)
