"""Small files that would cost gigabytes or minutes to open."""

import io
import struct
import zlib

from PIL import Image

from tests.media import samples


def _patched_tables(content: bytes, *, count: int) -> bytes:
    """Claim this many samples of one byte in every track."""
    changed = bytearray(content)
    at = -1
    while (at := changed.find(b"stsz", at + 1)) >= 0:
        changed[at + 8 : at + 16] = struct.pack(">II", 0, count)
    at = -1
    while (at := changed.find(b"stts", at + 1)) >= 0:
        changed[at + 8 : at + 20] = struct.pack(">III", 1, count, 512)
    return bytes(changed)


def film_of_80_million_samples() -> bytes:
    return _patched_tables(samples.video(has_sound=False), count=80_000_000)


def _film_of_20_million_samples() -> bytes:
    """One chunk of 20 million samples of one byte, which FFmpeg lists in 480 MB when it opens the file."""
    changed = bytearray(samples.video(has_sound=False))
    tables = {
        b"stsz": struct.pack(">II", 1, 20_000_000),
        b"stts": struct.pack(">III", 1, 20_000_000, 1),
        b"stsc": struct.pack(">IIII", 1, 1, 20_000_000, 1),
    }
    for name, numbers in tables.items():
        at = changed.index(name) + 8
        changed[at : at + len(numbers)] = numbers
    return bytes(changed)


def film_behind_an_unknown_box() -> bytes:
    content = _film_of_20_million_samples()
    after_ftyp = int.from_bytes(content[:4], "big")
    return content[:after_ftyp] + _box(b"abcd", b"") + content[after_ftyp:]


def film_with_a_table_in_its_codec() -> bytes:
    """The table of sizes is inside the description of the codec, where FFmpeg reads it as well."""
    changed = bytearray(_film_of_20_million_samples())
    at = changed.index(b"stsz") - 4
    length = int.from_bytes(changed[at : at + 4], "big")
    table = bytes(changed[at : at + length])
    changed[at + 4 : at + 8] = b"free"
    entry = changed.index(b"stsd") + 12
    end = entry + int.from_bytes(changed[entry : entry + 4], "big")
    changed[end:end] = table
    for name in (b"avc1", b"stsd", b"stbl", b"minf", b"mdia", b"trak", b"moov"):
        start = changed.index(name, changed.index(b"moov")) - 4
        size = int.from_bytes(changed[start : start + 4], "big")
        changed[start : start + 4] = struct.pack(">I", size + length)
    return bytes(changed)


def film_padded_to_its_samples() -> bytes:
    """As many bytes as samples, so that none overlap: they count as tiny, but are no sound."""
    return _film_of_20_million_samples() + _box(b"free", bytes(20_000_000))


def film_with_a_box_of_exabytes(length: int) -> bytes:
    """Its index ends in a box longer than any file."""
    content = samples.video()
    start = content.index(b"moov") - 4
    end = start + int.from_bytes(content[start : start + 4], "big")
    box = struct.pack(">I4sQ", 1, b"free", length) + bytes(8)
    size = struct.pack(">I", end - start + len(box))
    return content[:start] + size + content[start + 4 : end] + box + content[end:]


def film_with_a_table_cut_short() -> bytes:
    """A run of samples that ends after its count."""
    run = _box(b"trun", struct.pack(">II", 0, 10_000))
    return samples.video() + _box(b"moof", _box(b"traf", run))


def film_of_a_million_references() -> bytes:
    entries = struct.pack(">III", 1, 1, 0) * 65_535
    return (
        samples.video() + _box(b"sidx", struct.pack(">IIIIIHH", 0, 1, 1000, 0, 0, 0, 65_535) + entries) * 15
    )


def film_of_three_long_tracks() -> bytes:
    return _patched_tables(samples.video(), count=10_000_000)


def film_with_compressed_index() -> bytes:
    """A QuickTime file whose index is 120 MB of zeros, compressed."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(1_000_000)) for _ in range(120)) + packer.flush()
    index = _box(b"cmov", _box(b"dcom", b"zlib") + _box(b"cmvd", struct.pack(">I", 120_000_000) + packed))
    return _box(b"ftyp", b"qt  \0\0\2\0qt  ") + _box(b"moov", index) + _box(b"mdat", b"")


def film_with_overlapping_samples() -> bytes:
    """Every picture is said to be as large as the whole file."""
    content = bytearray(samples.video(has_sound=False))
    at = content.index(b"stsz") + 8
    content[at : at + 4] = struct.pack(">I", len(content) // 2)
    return bytes(content)


def film_with_overlapping_short_sizes() -> bytes:
    """The same with a table of 16-bit sizes."""
    content = bytearray(samples.video(has_sound=False))
    at = content.index(b"stsz")
    end = at - 4 + int.from_bytes(content[at - 4 : at], "big")
    table = end - at - 16
    content[at:end] = b"stz2" + struct.pack(">III", 0, 16, table // 2) + b"\xff" * table
    return bytes(content)


def picture_of_1000_scans() -> bytes:
    to = io.BytesIO()
    Image.effect_noise((128, 128), 50).save(to, "JPEG", progressive=True, quality=30)
    content = to.getvalue()
    last = content.rindex(b"\xff\xda")
    return content[:last] + content[last:-2] * 1000 + content[-2:]


def sound_with_compressed_tag() -> bytes:
    """An MP3 whose tag is 120 MB of zeros, compressed (ID3v2.4, frame flags 0x08 and 0x01)."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(1_000_000)) for _ in range(120)) + packer.flush()
    frame = b"TXXX" + _synchsafe(len(packed) + 4) + b"\0\x09" + _synchsafe(2**28 - 1) + packed
    return b"ID3\x04\0\0" + _synchsafe(len(frame)) + frame + samples.sound("mp3")


def _box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", 8 + len(content)) + name + content


def _element(name: bytes, content: bytes) -> bytes:
    return name + b"\x01" + len(content).to_bytes(7, "big") + content


def _webm(lists: bytes) -> bytes:
    """A WebM with these lists, and without tracks."""
    content = samples.video("webm")
    segment = content.index(b"\x18\x53\x80\x67")
    return content[:segment] + b"\x18\x53\x80\x67\x01" + b"\xff" * 7 + lists


def webm_with_a_claim(claim: int) -> bytes:
    """Its codec's setup claims far more bytes than there are."""
    setup = b"\x63\xa2\x01" + claim.to_bytes(7, "big") + bytes(1000)
    track = b"\xae\x01" + (claim + 50).to_bytes(7, "big") + b"\xd7\x81\x01\x83\x81\x01\x86\x85V_VP8" + setup
    return _webm(b"\x16\x54\xae\x6b\x01" + (claim + 100).to_bytes(7, "big") + track)


def webm_of_many_attachments() -> bytes:
    """Eight million empty attachments, for which FFmpeg allocates 730 MB."""
    return _webm(_element(b"\x19\x41\xa4\x69", b"\x61\xa7\x80" * 8_000_000))


def webm_of_an_endless_list() -> bytes:
    """The same without a length, behind bytes that FFmpeg skips."""
    return _webm(bytes(9) + b"\x19\x41\xa4\x69\x01" + b"\xff" * 7 + b"\x61\xa7\x80" * 8_000_000)


def webm_of_many_chapters() -> bytes:
    edition = _element(b"\x45\xb9", b"\xb6\x80" * 10_000_000)
    return _webm(_element(b"\x10\x43\xa7\x70", edition))


def webm_of_many_tags() -> bytes:
    tag = _element(b"\x73\x73", b"\x67\xc8\x80" * 8_000_000)
    return _webm(_element(b"\x12\x54\xc3\x67", tag))


def webm_of_many_places() -> bytes:
    return _webm(_element(b"\x11\x4d\x9b\x74", b"\x4d\xbb\x80" * 8_000_000))


def webm_of_a_much_encoded_track() -> bytes:
    track = b"\xd7\x81\x01\x83\x81\x01" + _element(b"\x6d\x80", b"\x62\x40\x80" * 8_000_000)
    return _webm(_element(b"\x16\x54\xae\x6b", _element(b"\xae", track)))


def webm_of_a_long_index() -> bytes:
    """Twelve million empty entries."""
    return _webm(_element(b"\x1c\x53\xbb\x6b", b"\xbb\x80" * 12_000_000))


def _synchsafe(number: int) -> bytes:
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))


def png_cut_off(width: int, height: int, *, depth: int) -> bytes:
    """A PNG in red, green and blue whose pixels end after nine tenths."""
    row = bytes(1 + width * depth // 8 * 3)
    packer = zlib.compressobj()
    packed = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, depth, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", packed[: len(packed) * 9 // 10]))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        for name, content in chunks
    )


def progressive_picture_cut_off(mode: str) -> bytes:
    """A progressive JPEG of 36 megapixels without its end, its colours as fine as its light."""
    file = io.BytesIO()
    Image.new(mode, (6000, 6000), 99).save(file, "JPEG", progressive=True, quality=60, subsampling=0)
    return file.getvalue()[:-200]


def progressive_picture_ended_early(mode: str) -> bytes:
    """The same cut off between its scans, with an end marker."""
    content = progressive_picture_cut_off(mode)
    return content[: content.rindex(b"\xff\xda")] + b"\xff\xd9"


def lossless_webp_of_noise() -> bytes:
    """A lossless WebP of the largest size, its last bytes spoiled."""
    file = io.BytesIO()
    picture = Image.effect_noise((100, 100), 80).resize((3500, 3500), Image.Resampling.NEAREST)
    picture.convert("RGB").save(file, "WEBP", lossless=True, quality=0, method=0)
    kept = file.tell() * 9 // 10
    return file.getvalue()[:kept] + b"\xa5" * (file.tell() - kept)


def large_picture_cut_off() -> bytes:
    """A JPEG of 36 megapixels without its end."""
    file = io.BytesIO()
    Image.effect_noise((600, 600), 80).resize((6000, 6000)).convert("RGB").save(file, "JPEG", quality=60)
    return file.getvalue()[: file.tell() * 9 // 10]
