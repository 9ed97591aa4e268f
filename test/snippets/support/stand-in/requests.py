"""The part of `requests` that generated code uses, for machines without it."""

import json as json_module
import urllib.error
import urllib.parse
import urllib.request


class RequestException(OSError):
    pass


class Response:
    def __init__(self, status_code, headers, content):
        self.status_code = status_code
        self.headers = headers
        self.content = content
        self.text = content.decode()
        self.ok = status_code < 400

    def json(self):
        return json_module.loads(self.content)


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args):
        return None


def request(method, url, params=None, headers=None, json=None, data=None, allow_redirects=True, timeout=None):
    if params:
        url += "?" + urllib.parse.urlencode(params)
    body = data if json is None else json_module.dumps(json).encode()
    sent = {**({} if json is None else {"Content-Type": "application/json"}), **(headers or {})}
    handlers = [] if allow_redirects else [NoRedirect()]
    outgoing = urllib.request.Request(url, data=body, headers=sent, method=method.upper())
    try:
        incoming = urllib.request.build_opener(*handlers).open(outgoing, timeout=timeout)
    except urllib.error.HTTPError as error:
        incoming = error
    except urllib.error.URLError as error:
        raise RequestException(error) from error
    with incoming:
        return Response(incoming.status, incoming.headers, incoming.read())


def get(url, **options):
    return request("GET", url, **options)


def post(url, **options):
    return request("POST", url, **options)


def patch(url, **options):
    return request("PATCH", url, **options)


def delete(url, **options):
    return request("DELETE", url, **options)
