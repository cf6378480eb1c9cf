"""openapi-fetch, with the types of openapi-typescript, lists, pages, records and reads errors."""

import generators


def test_the_journey_compiles_against_the_types_and_passes(tenant):
    generators.run_openapi_typescript()

    generators.run(generators.NODE_TOOLS / "tsc", "--project", "openapi_fetch/tsconfig.json")
    credential = tenant.credential
    environment = {
        "AUDIT_URL": tenant.url,
        "AUDIT_ACCOUNT": credential.account,
        "AUDIT_CLIENT_ID": credential.client_id,
        "AUDIT_SECRET": credential.secret,
    }
    journey = generators.MADE / "openapi-fetch" / "openapi_fetch" / "journey.js"
    printed = generators.run("node", "--test", "--test-reporter=tap", journey, environment=environment)

    assert "\n# pass 5\n" in printed, printed
