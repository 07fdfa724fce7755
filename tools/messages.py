"""`make messages`: bring the catalogues of bots/locale up to date with the sentences in the code.

New sentences come without translation, and what is said no more goes away. Exits with 1 while any is untranslated.
"""

import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
LOCALE = ROOT / "bots" / "locale"
KEYWORDS = {
    "_": None,
    "N_": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "NP_": ((1, "c"), 2),
    "Phrase": None,
    "Unsaid": None,
}
SPOKEN = ("bots", "service", "solver")


def sentences() -> Catalog:
    """Every message that the code can say."""
    catalog = Catalog(project="Rota")
    for folder in SPOKEN:
        for _path, _line, message, _comments, context in extract_from_dir(ROOT / folder, keywords=KEYWORDS):
            catalog.add(message, context=context)
    return catalog


def read(path: Path) -> Catalog:
    """A catalogue as it is kept."""
    with path.open("rb") as file:
        return read_po(file, locale=path.stem)


def write(path: Path, catalog: Catalog) -> None:
    """Keep a catalogue, its header as it was: one with dates would change each time."""
    header, _, _ = path.read_text().partition("\n\n")
    entries = io.BytesIO()
    write_po(entries, catalog, width=116, no_location=True, sort_output=True, omit_header=True)
    path.write_text(f"{header}\n\n{entries.getvalue().decode().strip()}\n")


def untranslated(catalog: Catalog) -> list[str]:
    """The messages that nobody has translated yet."""
    return [str(message.id) for message in catalog if message.id and not _translated(message.string)]


def _translated(string: object) -> bool:
    return all(string) if isinstance(string, list | tuple) else bool(string)


def main() -> int:
    """Update every catalogue."""
    template = sentences()
    missing: list[str] = []
    for path in sorted(LOCALE.glob("*.po")):
        catalog = read(path)
        catalog.update(template, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        write(path, catalog)
        missing += [f"{path.name}: {one}" for one in untranslated(catalog)]
    sys.stdout.write("\n".join([*missing, f"{len(missing)} untranslated"]) + "\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
