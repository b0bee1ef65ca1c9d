"""The link of a clip is found wherever a provider puts it, and nothing else is taken for a clip."""

import json
import time

import pytest

from generations.apiframe import jobs
from generations.apiframe.media_links import find_last_frame, find_video

CLIP = "https://cdn2.apiframe.ai/a.mp4"
BARE = "https://cdn2.apiframe.ai/files/81f2"
STILL = "https://cdn2.apiframe.ai/a.png"


@pytest.mark.parametrize("url", [CLIP, BARE])
@pytest.mark.parametrize(
    "shape",
    [
        lambda url: url,
        lambda url: [url],
        lambda url: [[url]],
        lambda url: [[[{"url": url}]]],
        lambda url: {"videoUrl": url},
        lambda url: {"video_url": url},
        lambda url: {"video": url},
        lambda url: {"video": {"url": url}},
        lambda url: {"videos": [url]},
        lambda url: {"videos": [{"url": url}]},
        lambda url: {"videos": {"0": {"src": url}}},
        lambda url: {"output": url},
        lambda url: {"output": [url]},
        lambda url: {"outputs": [url]},
        lambda url: {"outputs": [{"url": url}]},
        lambda url: {"outputs": [{"type": "video", "url": url}]},
        lambda url: {"output": {"video": {"url": url}}},
        lambda url: {"output": {"video_url": url}},
        lambda url: {"result": {"output": {"videoUrl": url}}},
        lambda url: {"data": {"videos": [{"file": {"download_url": url}}]}},
        lambda url: {"content": {"video_url": url}},
        lambda url: {"content": [{"type": "video_url", "video_url": {"url": url}}]},
        lambda url: {"generations": [{"video": {"uri": url}}]},
        lambda url: {"assets": {"video": url, "image": STILL}},
        lambda url: {"files": [{"kind": "image", "url": BARE + "9"}, {"kind": "video", "url": url}]},
        lambda url: {"files": [{"contentType": "image/png", "url": BARE + "9"}, {"url": url}]},
        lambda url: {"thumbnailUrl": STILL, "url": url},
        lambda url: {"cover": {"url": BARE + "9"}, "video": {"url": url}},
        lambda url: {"images": [BARE + "9"], "videos": [url]},
        lambda url: {"url": STILL, "videoUrl": url},
        lambda url: {"mp4": url, "gif": BARE + "9"},
        lambda url: {"url": None, "links": {"hd": url}},
        lambda url: {"input": {"video_url": BARE + "9"}, "output": {"url": url}},
        lambda url: {"webhookUrl": "https://studio.test/hook", "url": url},
        lambda url: {"previewVideoUrl": "https://a.test/p.mp4", "video": {"url": url}},
        lambda url: {"videoUrl": f"  {url}\n"},
        lambda url: json.dumps({"videoUrl": url}),
        lambda url: {"payload": json.dumps({"output": [url]})},
    ],
)
def test_it_finds_the_video(shape, url):  # F40
    assert find_video(shape(url)).url == url


def test_it_finds_the_link_of_a_video_in_running_text():
    assert find_video(f"Done: [your clip]({CLIP}). Thumbnail: {STILL}").url == CLIP


@pytest.mark.parametrize(
    "raw",
    [
        {"output": {"video": CLIP}},
        {"result": None, "videoUrl": CLIP},
        {"result": {}, "outputs": [CLIP]},
        {"result": {"images": [STILL]}, "data": {"video": {"url": CLIP}}},
    ],
)
def test_a_video_beside_the_result_is_found(raw):
    assert (
        jobs.read({"status": "COMPLETED", "input": {"video": "https://a.test/in.mp4"}} | raw).video_url
        == CLIP
    )


@pytest.mark.parametrize(
    "result",
    [
        STILL,
        [STILL],
        {"url": STILL},
        {"videoUrl": STILL},
        {"image_url": BARE},
        {"thumbnail": BARE},
        {"last_frame_url": BARE},
        {"audio": {"url": BARE}},
        {"type": "image", "url": BARE},
        {"input": {"reference_video_urls": [CLIP]}},
        {"webhookUrl": BARE},
        {"urls": {"cancel": BARE, "status": BARE}},
        {"videoUrl": "javascript:alert(1)"},
        {"videoUrl": "file:///etc/passwd"},
        {"videoUrl": "https://"},
        {"videoUrl": "https://["},
        {"videoUrl": "https://a.test:0/x.mp4"},
        {"videoUrl": "https://a.test:99999/x.mp4"},
        {"videoUrl": "https://a.test/x y.mp4"},
        {"videoUrl": "https://a.test/\x00.mp4"},
        {"videoUrl": "https://a.test/\ud800.mp4"},
        {"videoUrl": "https://a.test/" + "x" * 2000 + ".mp4"},
        {"url": f"{BARE}?format=png&name=a.png"},
        {"videoUrl": 7, "videos": {"a": None, "b": True, "c": 1.5}},
    ],
)
def test_nothing_else_is_taken_for_a_video(result):  # F40
    assert find_video(result) is None


def test_it_says_where_the_link_was():
    assert jobs.read({"result": {"outputs": [{"video": {"url": CLIP}}]}}).video_path == "outputs.0.video.url"


@pytest.mark.parametrize(
    "result",
    [
        {"lastFrameUrl": STILL},
        {"last_frame": {"url": STILL}},
        {"lastFrame": BARE},
        {"output": {"last_frame_image": {"url": BARE}}},
        {"images": [{"type": "last_frame", "url": BARE}]},
        {"frames": {"last": BARE, "lastFrame": STILL}},
        {"final_frame_url": STILL},
        {"extras": [{"end_frame": [STILL]}]},
    ],
)
def test_it_finds_the_last_frame_by_its_name(result):
    assert find_last_frame({"videoUrl": CLIP, "thumbnail": STILL + "?t"} | result).url in {STILL, BARE}


@pytest.mark.parametrize(
    "result",
    [
        {"thumbnail": STILL},
        {"images": [STILL]},
        {"first_frame": STILL},
        {"last_frame": CLIP},
        {"input": {"end_frame": STILL}},
        {"lastFrameUrl": "https://a.test/" + "x" * 4000},
    ],
)
def test_no_other_picture_is_taken_for_the_last_frame(result):
    assert find_last_frame(result) is None


@pytest.mark.parametrize(
    "result",
    [
        [[]] * 200_000,
        {str(number): {"a": [number]} for number in range(100_000)},
        [json.dumps([CLIP[:-4]] * 100)] * 2000,
        "https://" * 100_000,
    ],
)
def test_reading_stays_within_bounds(result):  # bar 18
    began = time.process_time()
    find_video(result)
    assert time.process_time() - began < 2


def test_a_deep_answer_is_read_as_far_as_its_bound():
    deep: object = CLIP
    for _ in range(500):
        deep = [deep]
    assert find_video(deep) is None


def test_the_answer_is_kept_as_text_of_at_most_64_kb():
    kept = jobs.read({"status": "COMPLETED", "result": {"a": "\ud800é" * 200_000}}).raw
    assert len(kept.encode()) <= 64 * 1024


def test_our_own_input_is_the_first_to_go_from_a_long_answer():
    raw = {"input": {"prompt": "x" * 70_000}, "result": {"videoUrl": CLIP}}
    assert json.loads(jobs.read(raw).raw) == {"result": {"videoUrl": CLIP}}


def test_a_kept_answer_is_read_anew():
    told = jobs.read({"status": "COMPLETED", "result": {"odd": [{"film": CLIP}]}})
    assert jobs.read_again(told.raw).video_url == CLIP


def test_a_kept_answer_that_was_cut_still_gives_its_link():
    told = jobs.read({"status": "COMPLETED", "result": {"videoUrl": CLIP, "noise": "x" * 100_000}})
    assert jobs.read_again(told.raw).video_url == CLIP
