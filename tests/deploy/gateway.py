"""The API Gateway of a deployed stack: what it is asked to answer by itself, and how to make it."""

from contextlib import contextmanager
from typing import Any, Iterator

from stack import Stack

EXTENSION = "x-amazon-apigateway-gateway-responses"


def gateway_responses(stack: Stack) -> dict[str, dict[str, Any]]:
    """The gateway responses of the definition that CloudFormation gives to API Gateway."""
    return stack.processed_template()["Resources"]["Api"]["Properties"]["Body"][EXTENSION]


def import_gateway_responses(stack: Stack) -> None:
    """API Gateway takes the gateway responses from the definition. ministack 1.5.33 takes only its routes from there, though it
    answers with gateway responses that are put one by one: so these are, exactly as deployed."""
    client, api = stack.emulator.client("apigateway"), stack.resources()["Api"]
    for name, response in gateway_responses(stack).items():
        status = {"statusCode": str(response["statusCode"])} if "statusCode" in response else {}
        client.put_gateway_response(
            restApiId=api,
            responseType=name,
            responseParameters=response["responseParameters"],
            responseTemplates=response["responseTemplates"],
            **status,
        )
    client.create_deployment(restApiId=api, stageName="v1")


@contextmanager
def without_requests_left(stack: Stack, method: str, path: str) -> Iterator[None]:
    """While it lasts, the method takes no request at all: as if its rate were used up."""
    where = f"/{path.replace('/', '~1')}/{method}/throttling"
    client, api = stack.emulator.client("apigateway"), stack.resources()["Api"]
    settings = client.get_stage(restApiId=api, stageName="v1")["methodSettings"]
    before = settings.get(f"{path.replace('/', '~1')}/{method}") or settings["*/*"]

    def limit(rate: float, burst: int) -> None:
        operations = [
            {"op": "replace", "path": f"{where}/rateLimit", "value": str(rate)},
            {"op": "replace", "path": f"{where}/burstLimit", "value": str(burst)},
        ]
        client.update_stage(restApiId=api, stageName="v1", patchOperations=operations)

    limit(0, 0)
    try:
        yield
    finally:
        limit(before["throttlingRateLimit"], before["throttlingBurstLimit"])


@contextmanager
def without_function(stack: Stack, method: str, path: str) -> Iterator[None]:
    """While it lasts, the method calls a function that there is not: a failure between the gateway and the function."""
    client, api = stack.emulator.client("apigateway"), stack.resources()["Api"]
    resources = client.get_resources(restApiId=api, limit=500)["items"]
    resource = next(resource["id"] for resource in resources if resource["path"] == path)
    uri = client.get_integration(restApiId=api, resourceId=resource, httpMethod=method)["uri"]

    def call(target: str) -> None:
        operations = [{"op": "replace", "path": "/uri", "value": target}]
        client.update_integration(restApiId=api, resourceId=resource, httpMethod=method, patchOperations=operations)
        client.create_deployment(restApiId=api, stageName="v1")

    assert uri.endswith("/invocations"), uri
    call(uri.removesuffix("/invocations") + "-not-there/invocations")
    try:
        yield
    finally:
        call(uri)
