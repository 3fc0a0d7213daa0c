"""Which numbers in a source are taken for the port that it listens on."""

from __future__ import annotations

import pytest

from bpkit.languages.ports import port_in


@pytest.mark.parametrize(
    ("source", "port"),
    [
        ('http.ListenAndServe(":8080", nil)', "8080"),
        ('TcpListener::bind("127.0.0.1:7878")', "7878"),
        ("app.listen(3000)", "3000"),
        ("const port = process.env.PORT || 5000", "5000"),
        ('int(os.environ.get("PORT", "8000"))', "8000"),
        ("address.sin_port = htons(9090);", "9090"),
        ("app.run(host='0.0.0.0', port=5001)", "5001"),
        ("server.port=8081", "8081"),
        ("uvicorn app:app --port 8002", "8002"),
        ('HTTPServer(("0.0.0.0", 8003), Handler)', "8003"),
        ("port: 5432", ""),
        ("postgres://localhost:5432/shop", ""),
        ("port = 99999", ""),
        ("airport = 8000", ""),
        ("", ""),
    ],
)
def test_a_port_is_one_that_the_program_listens_on(source: str, port: str) -> None:
    assert port_in(source) == port
