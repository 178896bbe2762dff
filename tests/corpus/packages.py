"""The pinned packages: reading the list, fetching the archives and unpacking them."""

from __future__ import annotations

import hashlib
import shutil
import tarfile
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from tests.corpus import FOLDER

LIST = FOLDER / "packages.txt"
# What the linter looks at: programs, and the files that say which Keras they are for.
_READ = (".py", ".ipynb", ".toml", ".cfg", ".txt", ".lock")
_READ_NAMES = ("Pipfile",)


@dataclass(frozen=True)
class Package:
    """One pinned archive: a source distribution or a wheel."""

    name: str
    version: str
    archive: str
    sha256: str

    @property
    def folder(self) -> str:
        return f"{self.name}-{self.version}"


def listed(path: Path = LIST) -> list[Package]:
    """The packages of the list, one for each line `name==version archive sha256`."""
    lines = path.read_text(encoding="utf-8").splitlines()
    fields = [line.split() for line in lines if line.strip() and not line.startswith("#")]
    return [Package(*pin.split("=="), archive, sha256) for pin, archive, sha256 in fields]


def fetch(packages: Iterable[Package], scratch: Path) -> list[Path]:
    """Makes sure that every package is unpacked in the scratch folder.

    Returns:
        the folders, in the order of the packages.

    Raises:
        LookupError: the index no longer has an archive.
        ValueError: an archive is not the pinned one.
    """
    packages = list(packages)
    (scratch / "archives").mkdir(parents=True, exist_ok=True)
    missing = [package for package in packages if not (scratch / "archives" / package.archive).exists()]
    if missing:
        _download(missing, scratch / "archives")
    for package in packages:
        folder = scratch / "unpacked" / package.folder
        if not folder.exists():
            archive = scratch / "archives" / package.archive
            if hashlib.sha256(archive.read_bytes()).hexdigest() != package.sha256:
                raise ValueError(f"{archive} is not the pinned archive")
            unpack(archive, folder)
    return [scratch / "unpacked" / package.folder for package in packages]


def _download(packages: list[Package], folder: Path) -> None:
    """Downloads archives from the index that pip is configured for.

    `pip download` would run a source distribution's build to learn its dependencies; what pip's
    own finder and session do underneath runs nothing.
    """
    from pip._internal.commands import create_command

    command: Any = create_command("download")
    options, _ = command.parse_args(["--no-deps", "--ignore-requires-python", "--quiet"])
    with command.main_context():
        session = command.get_default_session(options)
        finder = command._build_package_finder(options, session)
        for package in packages:
            links = [found.link for found in finder.find_all_candidates(package.name)]
            link = next((link for link in links if link.filename == package.archive), None)
            if link is None:
                raise LookupError(f"the index has no {package.archive}")
            answer = session.get(link.url_without_fragment)
            answer.raise_for_status()
            part = folder / f"{package.archive}.part"
            part.write_bytes(answer.content)
            part.rename(folder / package.archive)


def unpack(archive: Path, folder: Path) -> None:
    """Unpacks what the linter reads. A member that would land outside the folder is refused."""
    part = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    if archive.name.endswith((".whl", ".zip")):
        with zipfile.ZipFile(archive) as wheel:
            for name in _wanted(wheel.namelist()):
                wheel.extract(name, part)  # strips ".." and leading slashes itself
    else:
        with tarfile.open(archive) as sdist:
            members = {member.name: member for member in sdist.getmembers() if member.isfile()}
            for name in _wanted(members):
                sdist.extract(members[name], part, filter="data")
    part.rename(folder)


def _wanted(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        path = PurePosixPath(name)
        if path.suffix in _READ or path.name in _READ_NAMES:
            yield name
