"""The store of contents, the same promises in a folder and in a bucket."""

import hashlib
import os
from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from urllib.request import Request, urlopen

import obstore
import pytest
from obstore.store import S3Store

from app.adapters.blobs import Blobs, Damaged, Digest
from app.core.errors import Unavailable

CONTENT = bytes(range(256)) * 1024  # More than three chunks.
NAME = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture(scope="module")
def s3_endpoint() -> Iterator[str]:
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(s3_endpoint: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> str:
    environment = {
        "AWS_ENDPOINT_URL": s3_endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "us-east-1",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with urlopen(Request(f"{s3_endpoint}/documents", method="PUT"), timeout=5) as answer:
        assert answer.status == HTTPStatus.OK
    return f"s3://documents/{request.node.name.partition('[')[0].replace('_', '-')}"


@pytest.fixture(params=["folder", "bucket"])
def location(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "folder":
        return str(tmp_path / "documents")
    place: str = request.getfixturevalue("bucket")
    return place


@pytest.fixture
def blobs(location: str) -> Blobs:
    return Blobs(location, reserve=0)


def test_put_gives_hash_and_size_of_a_stream_a_file_and_bytes(blobs: Blobs, tmp_path: Path) -> None:
    file = tmp_path / "content"
    file.write_bytes(CONTENT)
    assert {blobs.put(BytesIO(CONTENT)), blobs.put(file), blobs.put(CONTENT)} == {Digest(NAME, len(CONTENT))}


def test_open_streams_in_chunks_what_was_put(blobs: Blobs) -> None:
    content = CONTENT * 12
    chunks = list(blobs.open(blobs.put(content).sha256))
    assert b"".join(chunks) == content
    assert max(map(len, chunks)) < len(content) // 2


def test_an_empty_content_is_a_content(blobs: Blobs) -> None:
    assert b"".join(blobs.open(blobs.put(b"").sha256)) == b""


def test_size_and_exists(blobs: Blobs) -> None:
    assert not blobs.exists(NAME)
    blobs.put(CONTENT)
    assert blobs.exists(NAME)
    assert blobs.size(NAME) == len(CONTENT)


def test_open_tells_at_once_that_a_content_is_missing(blobs: Blobs) -> None:
    with pytest.raises(FileNotFoundError):
        blobs.open(NAME)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", NAME.upper(), NAME[:-1], NAME + "\n"])
def test_open_takes_nothing_but_a_hash_for_a_name(blobs: Blobs, name: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        blobs.open(name)


def test_orphans_are_old_and_named_by_no_row(blobs: Blobs) -> None:
    known, orphan = blobs.put(b"known").sha256, blobs.put(b"orphan").sha256
    future, past = (datetime.now(UTC) + timedelta(hours=sign) for sign in (1, -1))
    assert list(blobs.orphans({known}, past)) == []
    keys = list(blobs.orphans({known}, future))
    assert [key[-64:] for key in keys] == [orphan]
    blobs.remove(keys[0])
    assert blobs.exists(known)
    assert not blobs.exists(orphan)


def test_the_remains_of_a_broken_upload_are_orphans(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    (tmp_path / "incoming" / "incoming-x").write_bytes(b"half")
    assert list(blobs.orphans(set(), datetime.now(UTC) + timedelta(hours=1))) == ["incoming/incoming-x"]


def test_a_stream_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    class Broken(BytesIO):
        def read(self, _size: int | None = -1, /) -> bytes:
            raise ConnectionResetError

    with pytest.raises(Unavailable):
        Blobs(tmp_path, reserve=0).put(Broken())
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_damaged_content_is_never_handed_out_whole(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path, reserve=0)
    blobs.put(CONTENT)
    file = tmp_path / NAME[:2] / NAME[2:4] / NAME
    file.chmod(0o600)
    file.write_bytes(CONTENT[:-1] + b"x")
    handed_out: list[bytes] = []
    with pytest.raises(Damaged):
        deque(map(handed_out.append, blobs.open(NAME)))
    assert 0 < sum(map(len, handed_out)) < len(CONTENT)


def test_putting_again_mends_a_damaged_content(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path, reserve=0)
    blobs.put(CONTENT)
    file = tmp_path / NAME[:2] / NAME[2:4] / NAME
    file.chmod(0o600)
    file.write_bytes(b"")
    blobs.put(CONTENT)
    assert b"".join(blobs.open(NAME)) == CONTENT


def test_bytes_reach_the_disk_before_the_name_and_the_name_before_the_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blobs, steps = Blobs(tmp_path, reserve=0), []
    sync, replace = os.fsync, Path.replace

    def record_sync(handle: int) -> None:
        steps.append(Path(f"/proc/self/fd/{handle}").readlink())
        sync(handle)

    def record_replace(source: Path, target: Path) -> Path:
        steps.append(target)
        return replace(source, target)

    monkeypatch.setattr(os, "fsync", record_sync)
    monkeypatch.setattr(Path, "replace", record_replace)
    blobs.put(CONTENT)
    folder = tmp_path / NAME[:2] / NAME[2:4]
    assert steps[0].parent == tmp_path / "incoming"
    assert steps[1:] == [folder / NAME, folder, folder.parent, tmp_path]


def test_stored_files_are_for_reading_by_the_portal_alone(tmp_path: Path) -> None:
    Blobs(tmp_path, reserve=0).put(CONTENT)
    assert (tmp_path / NAME[:2] / NAME[2:4] / NAME).stat().st_mode & 0o777 == 0o400


def test_too_little_space_refuses_with_come_back_later(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        Blobs(tmp_path, reserve=1 << 62).put(CONTENT)


def test_a_bucket_refuses_to_overwrite(bucket: str) -> None:
    blobs = Blobs(bucket, reserve=0)
    key = f"{NAME[:2]}/{NAME[2:4]}/{NAME}"
    store = S3Store.from_url(bucket, client_options={"allow_http": True})
    obstore.put(store, key, b"other bytes under the same name")
    assert blobs.put(CONTENT).sha256 == NAME
    assert bytes(obstore.get(store, key).bytes()) == b"other bytes under the same name"


def test_a_bucket_out_of_reach_is_come_back_later(monkeypatch: pytest.MonkeyPatch, bucket: str) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    away = Blobs(bucket, reserve=0)
    with pytest.raises(Unavailable):
        away.put(CONTENT)
    with pytest.raises(Unavailable):
        away.exists(NAME)


def test_a_bucket_that_is_not_there_is_come_back_later(bucket: str) -> None:
    with pytest.raises(Unavailable):
        Blobs("s3://nowhere", reserve=0).put(CONTENT)
