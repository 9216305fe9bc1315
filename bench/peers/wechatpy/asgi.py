"""For uvicorn. A commit is shorter than the way to another thread and back, so it is done where it is."""

from urllib.parse import parse_qs

from job import answer


async def application(scope, receive, send):
    if scope["type"] != "http":
        return
    query = parse_qs(scope["query_string"].decode())
    body = b""
    more = True
    while more:
        event = await receive()
        body += event.get("body", b"")
        more = event.get("more_body", False)
    status, document = answer(lambda name: query.get(name, [""])[0], body)
    headers = [
        (b"content-type", b"application/xml; charset=utf-8"),
        (b"content-length", str(len(document)).encode()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": document})
