# SPDX-License-Identifier: Apache-2.0
"""Authlib (Debian's python3-authlib) with requests; its RFC 8414 check of the metadata, its JOSE for access tokens."""
import json
import sys
from urllib.parse import parse_qs, urlsplit

import requests
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from authlib.jose import JsonWebKey, JsonWebToken
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata, get_well_known_url

NO_ANSWER_SECONDS = 30


class Refused(Exception):
    def __init__(self, code):
        super().__init__(code)
        self.error = code


class Client:
    def configure(self, issuer, client_id, client_secret, method):
        found = requests.get(get_well_known_url(issuer, external=True), timeout=NO_ANSWER_SECONDS)
        found.raise_for_status()
        self.server = AuthorizationServerMetadata(found.json())
        self.server.validate()
        if self.server["issuer"] != issuer:
            raise ValueError("the metadata is another issuer's")
        self.session = OAuth2Session(
            client_id,
            client_secret,
            token_endpoint_auth_method=method,
            revocation_endpoint_auth_method=method,
            code_challenge_method="S256",
        )
        self.session.trust_env = True  # REQUESTS_CA_BUNDLE

    def metadata(self):
        return dict(self.server)

    def authorization_url(self, redirect_uri, scope, state):
        self.asked = {"redirect_uri": redirect_uri, "state": state, "code_verifier": generate_token(48)}
        endpoint = self.server["authorization_endpoint"]
        url, _ = self.session.create_authorization_url(endpoint, scope=scope, **self.asked)
        return url

    def redeem(self, callback, wrong_verifier=False):
        error = parse_qs(urlsplit(callback).query).get("error")
        if error:  # fetch_token takes a callback with a code
            raise Refused(error[0])
        used = {**self.asked, "code_verifier": generate_token(48)} if wrong_verifier else self.asked
        return self.session.fetch_token(
            self.server["token_endpoint"], authorization_response=callback, timeout=NO_ANSWER_SECONDS, **used
        )

    def refresh(self, refresh_token, scope=None):
        narrowed = {"scope": scope} if scope else {}
        return self.session.refresh_token(
            self.server["token_endpoint"], refresh_token=refresh_token, timeout=NO_ANSWER_SECONDS, **narrowed
        )

    def introspect(self, token):
        return self._ask(self.session.introspect_token, "introspection_endpoint", token, "access_token")

    def revoke(self, token, token_type_hint):
        self._ask(self.session.revoke_token, "revocation_endpoint", token, token_type_hint)

    def validate(self, access_token, audience):
        keys = requests.get(self.server["jwks_uri"], timeout=NO_ANSWER_SECONDS).json()
        wanted = {name: {"essential": True} for name in ("exp", "iat", "jti", "sub", "client_id")}
        wanted["iss"] = {"essential": True, "value": self.server["issuer"]}
        wanted["aud"] = {"essential": True, "value": audience}
        key_set = JsonWebKey.import_key_set(keys)
        claims = JsonWebToken(["ES256"]).decode(access_token, key_set, claims_options=wanted)
        claims.validate()
        if claims.header["typ"] != "at+jwt":
            raise ValueError("not an access token")
        return dict(claims)

    def _ask(self, call, endpoint, token, hint):
        answer = call(self.server[endpoint], token=token, token_type_hint=hint, timeout=NO_ANSWER_SECONDS)
        if answer.status_code != 200:
            raise Refused(answer.json()["error"])
        return answer.json() if answer.content else None


def main():
    client = Client()
    for line in sys.stdin:
        fields = json.loads(line)
        verb = getattr(client, fields.pop("verb"))
        try:
            answer = {"value": verb(**fields)}
        except Exception as problem:
            answer = {"error": {"code": getattr(problem, "error", None), "message": str(problem)}}
        print(json.dumps(answer), flush=True)


main()
