"""The provider's words are found in any of the usual places, and a 4xx in JSON is a refusal whatever it holds."""

import pytest

from generations.apiframe import Conflict, NotFound, Refused, jobs
from generations.apiframe.messages import find_message

from .stub import answer

WORDS = "The image may contain real person."


@pytest.mark.parametrize(
    "told",
    [
        {"error": WORDS},
        {"error": {"message": WORDS}},
        {"error": {"code": "InputImageSensitive", "message": WORDS}},
        {"error": {"error": {"message": WORDS}}},
        {"error": {"detail": WORDS}},
        {"error": {"msg": WORDS}},
        {"error": [WORDS]},
        {"error": [{"message": WORDS}]},
        {"errors": [WORDS]},
        {"errors": [{"message": WORDS, "path": ["prompt"]}]},
        {"errors": {"prompt": [WORDS]}},
        {"message": WORDS},
        {"detail": WORDS},
        {"detail": [{"loc": ["body", "prompt"], "msg": WORDS, "type": "value_error"}]},
        {"reason": WORDS},
        {"errorMessage": WORDS},
        {"error": None, "message": WORDS},
        {"error": "", "errors": [], "detail": WORDS},
        {"error": {"data": {"reason": WORDS}}},
        {"error": "invalid_request", "error_description": WORDS},
        {"Message": WORDS},
        {"fault": {"faultstring": WORDS}},
        {"data": {"id": "d1f0", "error": WORDS}},
        {"status": 400, "result": {"response": {"err": WORDS}}},
    ],
)
def test_words_are_found_wherever_they_are(told):
    assert find_message(told) == WORDS


@pytest.mark.parametrize(
    "told", [{}, {"error": None}, {"error": True}, {"error": {}}, {"errors": [[]]}, {"data": {"id": "d1"}}]
)
def test_an_answer_without_words_has_none(told):
    assert find_message(told) == ""


def test_a_code_is_better_than_nothing():
    assert find_message({"error": {"code": "RiskControl"}}) == "RiskControl"


def test_a_failed_job_tells_its_words_whatever_their_shape():
    assert jobs.read({"status": "FAILED", "error": {"message": WORDS}}).error == WORDS
    assert jobs.read({"status": "FAILED", "result": {"error": WORDS}}).error == WORDS


def test_a_bomb_of_words_is_bounded():  # bar 18
    deep: object = WORDS
    for _ in range(900):
        deep = {"error": deep}
    assert find_message({"error": deep}) == ""
    assert len(find_message({"error": ["x" * 100_000] * 1000})) <= 2000


@pytest.mark.parametrize(
    "body",
    [
        {"error": {"message": WORDS}},
        {"message": WORDS},
        {"errors": [{"message": WORDS}]},
        {"detail": WORDS},
        [WORDS],
        {"mood": 7},
        {},
        [],
        "no",
    ],
)
@pytest.mark.parametrize("status", [400, 413, 418, 422])
def test_a_4xx_in_json_is_a_refusal_whatever_it_holds(apiframe, stub, status, body):  # F26
    stub.play(answer(status, body))
    with pytest.raises(Refused) as caught:
        apiframe.generate(b"{}", idempotency_key="k")
    assert type(caught.value) is Refused
    assert caught.value.message


def test_a_4xx_that_says_it_is_json_is_a_refusal_even_where_it_is_cut(apiframe, stub):
    stub.play(answer(400, b'{"error": "Inv', headers={"Content-Type": "application/json; charset=utf-8"}))
    with pytest.raises(Refused):
        apiframe.generate(b"{}", idempotency_key="k")


@pytest.mark.parametrize(("status", "kind"), [(404, NotFound), (409, Conflict)])
def test_a_status_with_a_meaning_keeps_it_without_words(apiframe, stub, status, kind):  # F31, F32
    stub.play(answer(status, {}))
    with pytest.raises(kind):
        apiframe.generate(b"{}", idempotency_key="k")


def test_details_of_any_shape_are_told_at_their_fields(apiframe, stub):
    details = {"prompt": [{"message": WORDS}], "seedanceParams.seed": "Too big", "x": 7}
    stub.play(answer(400, {"error": "Validation failed", "details": details}))
    with pytest.raises(Refused) as caught:
        apiframe.generate(b"{}", idempotency_key="k")
    assert caught.value.details == {"prompt": [WORDS], "seedanceParams.seed": ["Too big"], "x": []}
