"""What a page may never do, whoever looks at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.support.person import Visit
    from tests.support.servers import Server

WHAT_KEEPS_OUT = """([name, address]) => new Promise(resolve => {
    document.addEventListener("securitypolicyviolation", event => resolve(event.effectiveDirective))
    const part = document.createElement(name)
    part.onload = part.onerror = () => setTimeout(() => resolve("nothing"), 500)
    part.src = address
    document.head.append(part)
})"""


def test_a_policy_keeps_scripts_and_pictures_of_other_hosts_out(visit: Visit, server: Server) -> None:
    person = visit(server.url)
    page = person.open()
    assert page.evaluate(WHAT_KEEPS_OUT, ["script", "https://elsewhere.example/x.js"]).startswith("script-src")
    assert page.evaluate(WHAT_KEEPS_OUT, ["img", "https://elsewhere.example/x.png"]) == "img-src"
    person.complaints[:] = [one for one in person.complaints if "elsewhere.example" not in one]


def test_a_page_may_not_be_put_into_a_frame_of_another(visit: Visit, server: Server) -> None:
    person = visit(server.url)
    page = person.context.new_page()
    response = page.goto("/")
    assert response is not None
    policy = response.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "default-src 'self'" in policy
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] in ("no-referrer", "same-origin")


def test_the_cookie_of_a_visitor_is_out_of_reach_of_scripts(visit: Visit, server: Server) -> None:
    person = visit(server.url)
    page = person.open()
    (cookie,) = (cookie for cookie in person.context.cookies() if cookie["name"] == "tastemaker_visitor")
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Strict"
    assert "tastemaker_visitor" not in page.evaluate("document.cookie")
