"""The client's side: `Oracle` keeps one warm server process per Keras and asks it to run programs."""

import json
import select
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.oracle.kerases import REPOSITORY, environment

Table = dict[str, Any]
_GRACE = 15  # seconds that the server may take, beyond a program's own timeout, to stop it and to answer
_START = 180  # seconds for importing TensorFlow and Keras on a cold disk


class Oracle:
    """Runs programs under one Keras ("2", "3.15" or "3.16") and returns their tables."""

    def __init__(self, keras: str) -> None:
        self.keras = keras
        command = [sys.executable, "-m", "tests.oracle.server", keras]
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  closed in close()
        self._server = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=environment(keras),
            cwd=REPOSITORY,
            text=True,
        )
        self.version: str = self._read(_START)["version"]

    def run(self, path: Path, timeout: float = 120) -> Table:
        """Run the program in this file; programs may import the modules beside it."""
        assert self._server.stdin is not None
        self._server.stdin.write(json.dumps({"path": str(Path(path).resolve()), "timeout": timeout}) + "\n")
        self._server.stdin.flush()
        return self._read(timeout + _GRACE)

    def run_source(self, text: str, name: str = "program.py", timeout: float = 120) -> Table:
        """Run this text as a program of its own."""
        with tempfile.TemporaryDirectory(prefix="oracle-source-") as folder:
            path = Path(folder, name)
            path.write_text(text, encoding="utf-8")
            return self.run(path, timeout)

    def close(self) -> None:
        """Stop the server."""
        if self._server.poll() is None:
            assert self._server.stdin is not None
            assert self._server.stdout is not None
            self._server.stdin.close()
            try:
                self._server.wait(10)
            except subprocess.TimeoutExpired:
                self._server.kill()
                self._server.wait()
            self._server.stdout.close()
        self._errors.close()

    def _read(self, timeout: float) -> Table:
        assert self._server.stdout is not None
        ready, _, _ = select.select([self._server.stdout], [], [], timeout)
        line = self._server.stdout.readline() if ready else ""
        if not line:
            self._server.kill()
            self._errors.seek(0)
            tail = self._errors.read().decode(errors="replace")[-2000:]
            raise RuntimeError(f"the oracle's server for Keras {self.keras} does not answer\n{tail}")
        answer: Table = json.loads(line)
        return answer

    def __enter__(self) -> "Oracle":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
