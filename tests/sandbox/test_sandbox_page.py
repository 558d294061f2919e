"""The page for people."""

import base64
import hashlib
import re
from html.parser import HTMLParser

HOSTILE = '<script>alert(1)</script><img src=x onerror="x">&amp;{{7*7}}'


class Tags(HTMLParser):
    """Collects the tags, attributes and texts of a page."""

    def __init__(self):
        super().__init__()
        self.tags, self.attributes, self.texts = set(), set(), []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)

    def handle_data(self, data):
        self.texts.append(data)


def read(caller):
    """Returns the page's answer and what is in it."""
    caller.authorization = None
    answer = caller.call("GET", "/", base=False)
    assert answer.status == 200
    tags = Tags()
    tags.feed(answer.body.decode())
    return answer, tags


def test_an_empty_page_says_so(reader):
    """Without a job the page is there, needs no secret, and says that nothing came."""
    answer, _ = read(reader)
    assert b"No upload has arrived yet." in answer.body
    assert b"No contact has arrived yet." in answer.body


def test_hostile_values_are_shown_as_text(caller):
    """Cells, file names, objects and reasons are escaped: no tag of theirs is in the page."""
    quoted = HOSTILE.replace('"', '""')
    caller.load(f'C_EmailAddress,C_FirstName\na@x.de,"{quoted}"\n')
    caller.post_form("/bulk/%3Cb%3E", [('name="file"; filename="<script>.csv"', b"a\n1\n")])
    _, tags = read(caller)
    text = "\n".join(tags.texts)
    assert HOSTILE in text
    assert "<script>.csv" in text
    assert "marketing / <b>" in text
    assert not tags.tags & {"script", "img", "b", "iframe", "link", "form", "a"}
    assert tags.attributes <= {"charset", "class", "content", "lang", "name"}


def test_the_page_allows_nothing_from_elsewhere(reader):
    """The policy lets only the page's own style in, which it names by digest; there is no outside address."""
    answer, _ = read(reader)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert re.search(r"style-src 'sha256-[A-Za-z0-9+/]{43}='", policy)
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert 1 <= int(answer.headers["Refresh"]) <= 60
    assert b"http-equiv" not in answer.body
    assert b"http:" not in answer.body
    assert b"url(" not in answer.body


def test_the_style_is_the_one_the_policy_names(reader):
    """The digest in the policy is that of the style in the page, so browsers apply it."""
    answer, _ = read(reader)
    [style] = re.findall(rb"<style>(.*?)</style>", answer.body, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style).digest()).decode()
    assert f"'sha256-{digest}'" in answer.headers["Content-Security-Policy"]


def test_the_page_shows_counts_and_the_first_contacts(caller):
    """Jobs with state and counts, the number of contacts, and the first 200 of them."""
    caller.load("C_EmailAddress\n" + "".join(f"a{n}@x.de\n" for n in range(250)) + "bad\n")
    caller.load("C_FirstName\nA\n")
    _, tags = read(caller)
    assert "Contacts (250)" in tags.texts
    assert "The first 200 of 250." in tags.texts
    assert {"a0@x.de", "a199@x.de", "1234", "COMPLETED", "251", "ABORTED"} <= set(tags.texts)
    assert "a200@x.de" not in tags.texts
    assert any("All contacts require" in text for text in tags.texts)
