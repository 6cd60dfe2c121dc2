"""Encodings undone within bounds."""

from __future__ import annotations

import gzip
import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mystage.adapters.pages.content import undo
from mystage.domain.errors import Invalid, Malformed, TooLarge

LIMIT = 100_000


@given(st.binary(max_size=2_000).filter(lambda data: not data.startswith(b"\x1f\x8b\x08")))
def test_what_was_encoded_comes_back(data):
    """Gzip and zlib, in one or two members, give the bytes they were made of."""
    assert undo(gzip.compress(data, mtime=0), "gzip", LIMIT) == data
    assert undo(zlib.compress(data), "deflate", LIMIT) == data
    assert undo(gzip.compress(data, mtime=0) + gzip.compress(b"!", mtime=0), "", LIMIT) == data + b"!"
    assert undo(data, "", LIMIT) == data


@given(st.binary(max_size=500), st.sampled_from(["", "gzip", "deflate", "br", "zstd", "gzip, deflate", "x-unknown"]))
def test_any_bytes_under_any_header_end_well(data, encoding):
    """Bytes, or an error of ours: nothing else, and never more than the limit."""
    with suppress(Invalid):
        assert len(undo(data, encoding, 1_000)) <= 1_000


@pytest.mark.parametrize("encoding", ["", "gzip"])
def test_bomb_stops_at_the_limit(encoding):
    """More than the limit is TooLarge; exactly the limit is fine."""
    assert len(undo(gzip.compress(bytes(LIMIT), mtime=0), encoding, LIMIT)) == LIMIT
    with pytest.raises(TooLarge):
        undo(gzip.compress(bytes(LIMIT + 1), mtime=0), encoding, LIMIT)


def test_many_small_members_are_counted_together():
    """The limit holds over all members of a gzip stream."""
    with pytest.raises(TooLarge):
        undo(gzip.compress(bytes(1_000), mtime=0) * 200, "gzip", LIMIT)


def test_padding_after_the_data_is_left_out():
    """Zeros behind the last member are not content."""
    assert undo(gzip.compress(b"page", mtime=0) + bytes(32), "gzip", LIMIT) == b"page"


def test_gzipped_tar_stays_packed():
    """An archive by its name is not a gzipped page."""
    packed = gzip.compress(b"tar", mtime=0)
    assert undo(packed, "", LIMIT, where="http://example.org/shows.tar.gz?x=1") == packed


def test_cut_data_is_malformed_and_named():
    """The error says which address it was."""
    with pytest.raises(Malformed, match=r"http://example\.org/"):
        undo(gzip.compress(b"page" * 100, mtime=0)[:-9], "gzip", LIMIT, where="http://example.org/")
