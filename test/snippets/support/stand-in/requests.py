"""The part of `requests` that generated code uses, for machines without it."""

import base64
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


boundary = "stand-in-boundary"


def quote(text):
    """Escapes a name as the HTML standard does, and as `requests` does."""
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def encode_part(name, file_name, content, media_type=None):
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="{quote(name)}"'
    if file_name is not None:
        head += f'; filename="{quote(file_name)}"'
    if media_type is not None:
        head += f"\r\nContent-Type: {media_type}"
    data = content.read() if hasattr(content, "read") else content.encode()
    return f"{head}\r\n\r\n".encode() + data + b"\r\n"


def encode_body(json, data, files):
    """Returns the body and its media type."""
    if json is not None:
        return json_module.dumps(json).encode(), "application/json"
    if files is not None:
        parts = [encode_part(name, *part) for name, part in files]
        return b"".join(parts) + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"
    if isinstance(data, dict):
        return urllib.parse.urlencode(data, doseq=True).encode(), "application/x-www-form-urlencoded"
    return data.read() if hasattr(data, "read") else data, None


def request(
    method,
    url,
    params=None,
    headers=None,
    auth=None,
    json=None,
    data=None,
    files=None,
    allow_redirects=True,
    timeout=None,
):
    if params:
        url += "?" + urllib.parse.urlencode(params, doseq=True)
    body, media_type = encode_body(json, data, files)
    sent = {**({} if media_type is None else {"Content-Type": media_type}), **(headers or {})}
    if auth is not None:
        sent["Authorization"] = "Basic " + base64.b64encode(":".join(auth).encode()).decode()
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


def put(url, **options):
    return request("PUT", url, **options)


def patch(url, **options):
    return request("PATCH", url, **options)


def delete(url, **options):
    return request("DELETE", url, **options)
