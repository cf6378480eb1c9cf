//! What each known type is in OCSF, one by one.

use super::{event, subject, value};
use crate::dialect::feed::EventObject;
use crate::dialect::ocsf::KNOWN;

/// Event type, class, activity and its name, and what it is about where no subject says so: a kind of entity, the principal's own account
/// (`own`), or a user of the account that nobody names (`account`).
#[rustfmt::skip]
const TYPES: [(&str, u32, u32, &str, &str); 48] = [
    ("CREATED_REMOTE_PRODUCTION_API_KEY", 3004, 1, "Create", "API Key"),
    ("DELETED_REMOTE_PRODUCTION_API_KEY", 3004, 4, "Delete", "API Key"),
    ("CREATED_TEST_API_KEY", 3004, 1, "Create", "API Key"),
    ("DELETED_TEST_API_KEY", 3004, 4, "Delete", "API Key"),
    ("REGENERATED_PRODUCTION_API_KEY", 3004, 3, "Update", "API Key"),
    ("REGENERATED_WEBHOOK_SIGNATURE", 3004, 3, "Update", "Webhook Signature"),
    ("INVITED_USER", 3001, 1, "Create", "account"),
    ("TWO_FACTOR_AUTH_ENABLED", 3001, 10, "MFA Factor Enable", "own"),
    ("TWO_FACTOR_AUTH_DISABLED", 3001, 11, "MFA Factor Disable", "own"),
    ("DELETED_LINKED_ACCOUNT", 3004, 4, "Delete", "Linked Account"),
    ("DELETED_ALL_COMMON_MODELS_FOR_LINKED_ACCOUNT", 3004, 4, "Delete", "Common Models of a Linked Account"),
    ("CREATED_DESTINATION", 3004, 1, "Create", "Destination"),
    ("DELETED_DESTINATION", 3004, 4, "Delete", "Destination"),
    ("CHANGED_DESTINATION", 3004, 3, "Update", "Destination"),
    ("CHANGED_SCOPES", 3004, 3, "Update", "Scopes"),
    ("CHANGED_PERSONAL_INFORMATION", 3004, 3, "Update", "User"),
    ("CHANGED_ORGANIZATION_SETTINGS", 3004, 3, "Update", "Organization"),
    ("ENABLED_INTEGRATION", 3004, 8, "Enable", "Integration"),
    ("DISABLED_INTEGRATION", 3004, 9, "Disable", "Integration"),
    ("ENABLED_CATEGORY", 3004, 8, "Enable", "Category"),
    ("DISABLED_CATEGORY", 3004, 9, "Disable", "Category"),
    ("CHANGED_PASSWORD", 3001, 3, "Password Change", "own"),
    ("RESET_PASSWORD", 3001, 4, "Password Reset", "own"),
    ("ENABLED_REDACT_UNMAPPED_DATA_FOR_ORGANIZATION", 3004, 8, "Enable", "Redaction of Unmapped Data"),
    ("ENABLED_REDACT_UNMAPPED_DATA_FOR_LINKED_ACCOUNT", 3004, 8, "Enable", "Redaction of Unmapped Data"),
    ("DISABLED_REDACT_UNMAPPED_DATA_FOR_ORGANIZATION", 3004, 9, "Disable", "Redaction of Unmapped Data"),
    ("DISABLED_REDACT_UNMAPPED_DATA_FOR_LINKED_ACCOUNT", 3004, 9, "Disable", "Redaction of Unmapped Data"),
    ("CREATED_INTEGRATION_WIDE_FIELD_MAPPING", 3004, 1, "Create", "Field Mapping"),
    ("CREATED_LINKED_ACCOUNT_FIELD_MAPPING", 3004, 1, "Create", "Field Mapping"),
    ("CHANGED_INTEGRATION_WIDE_FIELD_MAPPING", 3004, 3, "Update", "Field Mapping"),
    ("CHANGED_LINKED_ACCOUNT_FIELD_MAPPING", 3004, 3, "Update", "Field Mapping"),
    ("DELETED_INTEGRATION_WIDE_FIELD_MAPPING", 3004, 4, "Delete", "Field Mapping"),
    ("DELETED_LINKED_ACCOUNT_FIELD_MAPPING", 3004, 4, "Delete", "Field Mapping"),
    ("CREATED_LINKED_ACCOUNT_COMMON_MODEL_OVERRIDE", 3004, 1, "Create", "Common Model Override"),
    ("CHANGED_LINKED_ACCOUNT_COMMON_MODEL_OVERRIDE", 3004, 3, "Update", "Common Model Override"),
    ("DELETED_LINKED_ACCOUNT_COMMON_MODEL_OVERRIDE", 3004, 4, "Delete", "Common Model Override"),
    ("FORCED_LINKED_ACCOUNT_RESYNC", 3004, 99, "FORCED_LINKED_ACCOUNT_RESYNC", "Linked Account"),
    ("MUTED_ISSUE", 3004, 99, "MUTED_ISSUE", "Issue"),
    ("GENERATED_MAGIC_LINK", 3004, 1, "Create", "Magic Link"),
    ("ENABLED_MERGE_WEBHOOK", 3004, 8, "Enable", "Webhook"),
    ("DISABLED_MERGE_WEBHOOK", 3004, 9, "Disable", "Webhook"),
    ("MERGE_WEBHOOK_TARGET_CHANGED", 3004, 3, "Update", "Webhook"),
    ("END_USER_CREDENTIALS_ACCESSED", 3004, 2, "Read", "End User Credentials"),
    ("ACTIVATED_USER", 3001, 2, "Enable", "account"),
    ("REACTIVATED_USER", 3001, 2, "Enable", "account"),
    ("DEACTIVATED_USER", 3001, 5, "Disable", "account"),
    ("USER_LOGGED_ON", 3002, 1, "Logon", "own"),
    ("USER_LOGGED_OFF", 3002, 2, "Logoff", "own"),
];

#[test]
fn each_type_is_a_class_and_an_activity() {
    for (event_type, class_uid, activity_id, activity_name, _) in TYPES {
        let event = value(event(event_type));
        let said = [
            &event["class_uid"],
            &event["activity_id"],
            &event["type_uid"],
            &event["status_id"],
            &event["severity_id"],
        ];
        assert_eq!(said, [class_uid, activity_id, class_uid * 100 + activity_id, 1, 1], "{event_type}");
        assert_eq!(event["activity_name"], activity_name, "{event_type}");
        assert_eq!(event["metadata"]["event_code"], event_type);
    }
    let known: Vec<_> = KNOWN.iter().map(|known| known.event_type).collect();
    assert_eq!(known, TYPES.map(|(event_type, ..)| event_type));
}

#[test]
fn without_a_subject_each_type_says_what_it_is_about_as_far_as_that_is_known() {
    for (event_type, class_uid, _, _, about) in TYPES {
        let event = value(event(event_type));
        let own = r#"{"email_addr":"ada@example.com","name":"Ada","type":"Admin","type_id":2,"uid":"usr_1"}"#;
        let (user, entity) = (event["user"].to_string(), event["entity"].to_string());
        let expected = match about {
            "own" => (own.to_owned(), "null".to_owned()),
            "account" => (r#"{"account":{"uid":"acme"}}"#.to_owned(), "null".to_owned()),
            "User" => {
                ("null".to_owned(), format!(r#"{{"name":"Ada","type":"User","type_id":2,"uid":"usr_1","user":{own}}}"#))
            }
            "Organization" => {
                let entity = r#"{"org":{"uid":"acme"},"type":"Organization","type_id":4,"uid":"acme"}"#;
                ("null".to_owned(), entity.to_owned())
            }
            kind => ("null".to_owned(), format!(r#"{{"name":"{kind}","type":"{kind}","type_id":99}}"#)),
        };
        assert_eq!((user, entity), expected, "{event_type}");
        let service = if class_uid == 3002 { r#"{"uid":"acme"}"# } else { "null" };
        assert_eq!(event["service"].to_string(), service, "{event_type}");
    }
}

#[test]
fn with_a_subject_each_type_is_about_that() {
    for (event_type, _, _, _, about) in TYPES {
        let event = value(EventObject { subject: subject("Thing"), ..event(event_type) });
        match about {
            "own" | "account" => assert_eq!(event["user"].to_string(), r#"{"uid":"usr_2"}"#, "{event_type}"),
            "User" => assert_eq!(event["entity"]["user"].to_string(), r#"{"uid":"usr_2"}"#, "{event_type}"),
            "Organization" => assert_eq!(event["entity"]["uid"], "acme", "{event_type}"),
            kind => {
                let entity = format!(r#"{{"type":"{kind}","type_id":99,"uid":"ent_2"}}"#);
                assert_eq!(event["entity"].to_string(), entity, "{event_type}");
            }
        }
    }
}
