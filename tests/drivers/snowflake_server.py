"""The server of fakesnow, with what version 5 of the connector wants to hear beside: ``python … PORT``.

It lets everybody in but those whose password is ``wrong``, as Snowflake words it.
"""

from __future__ import annotations

import gzip
import json
import sys
from typing import Any

import uvicorn
from fakesnow.server import login_request, routes
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

REFUSED = {
    "data": {"nextAction": "RETRY_LOGIN", "authnMethod": "USERNAME_PASSWORD"},
    "code": "390100",
    "message": "Incorrect username or password was specified.",
    "success": False,
    "headers": None,
}


async def login(request: Request) -> JSONResponse:
    """The answer to who wants to come in."""
    body = await request.body()
    if request.headers.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    if json.loads(body)["data"].get("PASSWORD") == "wrong":
        return JSONResponse(REFUSED)
    answer: dict[str, Any] = json.loads((await login_request(request)).body)
    answer["data"] |= {
        "masterToken": answer["data"]["token"],
        "validityInSeconds": 3600,
        "masterValidityInSeconds": 14400,
        "displayUserName": "ME",
        "sessionId": 1,
        "idToken": None,
        "firstLogin": False,
    }
    return JSONResponse(answer)


if __name__ == "__main__":
    mine = [Route("/session/v1/login-request", login, methods=["POST"])]
    app = Starlette(routes=[*mine, *routes])
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
