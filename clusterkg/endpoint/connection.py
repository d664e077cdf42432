"""One connection to a server: each request within its time, sent again where that helps, its failure told in a line."""

from __future__ import annotations

import time
import urllib.error
import urllib.parse
import urllib.request
from email.utils import parsedate_to_datetime
from http.client import HTTPException

from clusterkg.endpoint.addresses import checked, credentials, is_loopback, same_origin
from clusterkg.errors import EndpointError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from email.message import Message
    from typing import IO

__all__ = ["Connection", "Refused"]

TRIES = 3
"""How often a request is sent at most."""

PAUSE, LONGEST_PAUSE = 0.5, 30.0
"""Seconds before the second try, doubled before each further one, and the most that a server may ask for."""

AWAY = {502, 503, 504}
"""The statuses of a server that may answer later."""

BYTES = 2**30
"""The most bytes of an answer."""

CHUNK = 2**16


class Refused(EndpointError):
    """A server answered with a status that is no success.

    Attributes:
        status: the HTTP status; 0 where there was no answer at all.
    """

    def __init__(self, fault: str, *, status: int = 0, place: str = "", remedy: str = "") -> None:
        super().__init__(fault, place=place, remedy=remedy)
        self.status = status


class Connection:
    """The way to one address.

    Args:
        url: the address.
        timeout: seconds that one try may take, from sending to the last byte.
        with_credentials: whether credentials of environment or netrc may be sent there.

    Attributes:
        software: what the server last said that it is, such as ``Virtuoso/07.20.3229``; empty where it said nothing.

    Raises:
        EndpointError: the address cannot be one, or the credentials cannot be read.
    """

    def __init__(self, url: str, *, timeout: float = 60, with_credentials: bool = True) -> None:
        self.url, self.timeout = checked(url), timeout
        self._credentials = credentials(url) if with_credentials else None
        self._passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        if self._credentials:
            self._passwords.add_password(None, url, *self._credentials)
        self._digest = urllib.request.HTTPDigestAuthHandler(self._passwords)
        self._scheme, self._challenge = "", dict[str, str | None]()
        direct = [urllib.request.ProxyHandler({})] if is_loopback(url) else []
        self._opener = urllib.request.build_opener(_SameOrigin(), *direct)
        self._looked = False
        self.software = ""

    def __repr__(self) -> str:
        return f"Connection({self.url!r})"

    def send(self, request: urllib.request.Request, *, most: int = BYTES, again: bool = True) -> tuple[bytes, str]:
        """Return the body of a server's answer, and its media type.

        Args:
            request: what to send, to an address of this connection's origin.
            most: the most bytes to read.
            again: whether it may be sent twice, as what changes nothing, or sets the same again, may.

        Raises:
            Refused: the server says no, or says nothing in time, at the last try.
            EndpointError: the answer has more bytes than it may.
        """
        if not same_origin(request.full_url, self.url):
            raise EndpointError("is not where this connection leads", place=request.full_url)
        if request.data and not self._looked:
            self._look(request)
        for number in range(1, TRIES + 1):
            try:
                return self._once(request, most)
            except _Passing as passing:
                # Only what surely was not done may be done again where doing it twice matters.
                if number == TRIES or not (again or passing.untouched) or (passing.late and number > 1):
                    raise passing.refused(number) from passing
                time.sleep(passing.pause if passing.pause is not None else PAUSE * 2 ** (number - 1))
        raise AssertionError("unreachable")

    def _look(self, request: urllib.request.Request) -> None:
        """Hear how the server wants to be asked before much is sent to it.

        A server that asks for credentials may hang up on the body that comes without.
        """
        self._looked = True
        probe = urllib.request.Request(request.full_url, method="HEAD")
        try:
            self._once(probe, 0)
        except (Refused, EndpointError, _Passing):
            return  # what is wrong, the request itself will show

    def _once(self, request: urllib.request.Request, most: int) -> tuple[bytes, str]:
        deadline = time.monotonic() + self.timeout
        for known in (True, False):
            self._authorize(request)
            try:
                with self._opener.open(request, timeout=self.timeout) as response:
                    self.software = response.headers.get("Server", "")
                    return _read(response, most, deadline, self.url), response.headers.get_content_type()
            except urllib.error.HTTPError as error:
                with error:
                    if error.code == 401 and known and self._hear(error.headers):
                        continue
                    if error.code in AWAY:
                        raise _Passing(self.url, _told(error), status=error.code, headers=error.headers) from error
                    raise self._refused(error) from error
            except (OSError, HTTPException) as error:
                raise _of_network(self.url, error, self.timeout) from error
        raise AssertionError("unreachable")

    def _authorize(self, request: urllib.request.Request) -> None:
        request.remove_header("Authorization")
        if self._scheme == "digest":
            said = self._digest.get_authorization(request, self._challenge)  # type: ignore[arg-type]
            if said:
                request.add_unredirected_header("Authorization", f"Digest {said}")
        elif self._scheme == "basic" and self._credentials:
            from base64 import b64encode

            word = b64encode(":".join(self._credentials).encode()).decode()
            request.add_unredirected_header("Authorization", f"Basic {word}")

    def _hear(self, headers: Message) -> bool:
        """Take a server's challenge, and tell whether there is a new answer to it."""
        if not self._credentials:
            return False
        for challenge in sorted(
            headers.get_all("WWW-Authenticate") or (), key=lambda line: line[:6].lower() != "digest"
        ):
            scheme, _, rest = challenge.partition(" ")
            if scheme.lower() == "digest":
                asked = urllib.request.parse_keqv_list(urllib.request.parse_http_list(rest))
                stale = asked.get("stale", "").lower() == "true"
                if asked.get("algorithm", "MD5").upper() in ("MD5", "SHA") and "nonce" in asked:
                    fresh = self._scheme != "digest" or stale or asked["nonce"] != self._challenge.get("nonce")
                    self._scheme, self._challenge = "digest", dict(asked)
                    return fresh
            elif scheme.lower() == "basic":
                if not self.url.startswith("https:") and not is_loopback(self.url):
                    fault = "asks for the password in the clear, over http"
                    raise Refused(fault, status=401, place=self.url, remedy="use its https address")
                fresh = self._scheme != "basic"
                self._scheme = "basic"
                return fresh
        return False

    def _refused(self, error: urllib.error.HTTPError) -> Refused:
        status = error.code
        if status in (401, 403):
            fault = "refuses the credentials" if self._credentials else "asks for credentials"
            fault = fault if status == 401 or not self._credentials else "does not let this user do that"
            if status == 403 and not self._credentials:
                fault = "does not let just anybody do that"
            remedy = "set CLUSTERKG_ENDPOINT_USER and CLUSTERKG_ENDPOINT_PASSWORD, or netrc"
            return Refused(f"{fault} (HTTP {status})", status=status, place=self.url, remedy=remedy)
        if 300 <= status < 400:
            target = str(error.headers.get("Location", "elsewhere"))[:200]
            if same_origin(self.url, urllib.parse.urljoin(self.url, target)):
                fault = f"redirects to {target} again and again"
                return Refused(fault, status=status, place=self.url, remedy="check the address")
            fault = f"redirects to {target}, another host or scheme, which is not followed"
            return Refused(fault, status=status, place=self.url, remedy="give that address if you trust it")
        remedy = "check the address" if status in (404, 405) else ""
        return Refused(_told(error), status=status, place=self.url, remedy=remedy)


class _SameOrigin(urllib.request.HTTPRedirectHandler):
    """Follows a redirect within one origin only, with the same method and body."""

    max_redirections = 3

    def redirect_request(
        self,
        request: urllib.request.Request,
        _file: IO[bytes],
        _code: int,
        _message: str,
        _headers: Message,
        newurl: str,
    ) -> urllib.request.Request | None:
        if not same_origin(request.full_url, newurl):
            return None
        headers = dict(request.headers)
        return urllib.request.Request(newurl, data=request.data, headers=headers, method=request.get_method())

    http_error_308 = urllib.request.HTTPRedirectHandler.http_error_302


class _Passing(Exception):
    """What another try may mend."""

    def __init__(
        self,
        place: str,
        fault: str,
        *,
        status: int = 0,
        untouched: bool = False,
        late: bool = False,
        headers: Message | None = None,
    ) -> None:
        super().__init__(fault)
        self.place, self.fault, self.status, self.late = place, fault, status, late
        self.untouched = untouched or status == 503
        self.pause = _pause(headers.get("Retry-After")) if headers is not None else None

    def refused(self, tries: int) -> Refused:
        tried = f" (tried {tries} times)" if tries > 1 else ""
        remedy = (
            "ask for less, or give it longer" if self.late else "see whether the server is up, and the address right"
        )
        return Refused(self.fault + tried, status=self.status, place=self.place, remedy=remedy)


def _pause(said: str | None) -> float | None:
    """Return the seconds that a server's ``Retry-After`` asks for, up to half a minute.

    >>> _pause("2"), _pause("86400"), _pause("soon")
    (2.0, 30.0, None)
    """
    if said is None:
        return None
    try:
        seconds = float(said) if said.isdigit() else parsedate_to_datetime(said).timestamp() - time.time()
    except ValueError:
        return None
    return min(max(seconds, 0.0), LONGEST_PAUSE)


def _read(response: IO[bytes], most: int, deadline: float, place: str) -> bytes:
    parts, size = [], 0
    # read1 returns what has come, so that a server that sends a byte a second is noticed.
    read = getattr(response, "read1", response.read)
    while chunk := read(CHUNK):
        size += len(chunk)
        if size > most:
            fault = f"answers more than {most / 2**20:,.0f} megabytes"
            raise EndpointError(fault, place=place, remedy="ask for less, or raise the limit with --memory")
        if time.monotonic() > deadline:
            raise TimeoutError
        parts.append(chunk)
    length = getattr(response, "length", None)
    if length:
        raise HTTPException("the answer ends before its end")
    return b"".join(parts)


def _told(error: urllib.error.HTTPError) -> str:
    """Return a status with the first line that the server says about it, where that is text."""
    said = ""
    if error.headers.get_content_type() in ("text/plain", "application/json", "application/problem+json"):
        try:
            lines = error.read(4096).decode(errors="replace").strip().splitlines()
        except (OSError, HTTPException):
            lines = []
        said = "".join(sign for sign in (lines or [""])[0] if sign.isprintable())[:300]
    return f"answers HTTP {error.code}" + (f": {said}" if said else "")


def _of_network(place: str, error: Exception, timeout: float) -> _Passing:
    reason = getattr(error, "reason", error)
    if isinstance(reason, TimeoutError) or "timed out" in str(reason):
        return _Passing(place, f"does not answer within {timeout:g} seconds", late=True)
    if isinstance(reason, ConnectionRefusedError):
        return _Passing(place, "nobody answers there: connection refused", untouched=True)
    said = getattr(reason, "strerror", None) or str(reason) or type(reason).__name__
    return _Passing(place, f"the connection fails: {' '.join(str(said).split())[:200]}")
