"""For gunicorn."""

from urllib.parse import parse_qs

from job import answer

REASONS = {200: "200 OK", 401: "401 Unauthorized"}


def application(environ, start_response):
    query = parse_qs(environ["QUERY_STRING"])
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    status, document = answer(lambda name: query.get(name, [""])[0], body)
    headers = [("Content-Type", "application/xml; charset=utf-8"), ("Content-Length", str(len(document)))]
    start_response(REASONS[status], headers)
    return [document]
