"""One command starts everything; one Ctrl+C stops all of it."""

from collections.abc import Iterator

import pytest

from tests.browser.product import Product


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    product = Product(tmp_path_factory.mktemp("run"))
    product.start(until="/healthz")
    yield product
    if product.processes():
        product.stop()


def test_it_says_last_where_to_go_and_how_to_sign_in(running: Product) -> None:
    *_, address, sign_in = [line for line in running.output().splitlines() if line.split("|")[-1].strip()]
    assert f"http://127.0.0.1:{running.port}/" in address
    assert "Sign in as admin" in sign_in


def test_one_ctrl_c_stops_everything(running: Product) -> None:
    assert len(running.processes()) > 3
    running.stop()
    assert running.processes() == []
