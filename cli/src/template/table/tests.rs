use super::*;

const GOOD: &str = "
      BillingMode: PAY_PER_REQUEST
      TimeToLiveSpecification: {AttributeName: expires_at, Enabled: true}
      AttributeDefinitions: [{AttributeName: pk, AttributeType: S}, {AttributeName: sk, AttributeType: S}]
      KeySchema: [{AttributeName: pk, KeyType: HASH}, {AttributeName: sk, KeyType: RANGE}]
      GlobalSecondaryIndexes:
        - IndexName: by-sk
          KeySchema: [{AttributeName: sk, KeyType: HASH}]
          Projection: {ProjectionType: ALL}
";

fn parse(properties: &str) -> Result<TableDefinition, String> {
    let text = format!("Resources:\n  Table:\n    Type: AWS::DynamoDB::Table\n    Properties:{properties}");
    TableDefinition::parse(&Document::parse(&text).unwrap()).map_err(|error| error.to_string())
}

fn message(from: &str, to: &str) -> String {
    assert!(GOOD.contains(from), "{from}");
    parse(&GOOD.replacen(from, to, 1)).unwrap_err()
}

#[test]
fn a_table_has_its_keys_indexes_and_expiry() {
    let table = parse(GOOD).unwrap();

    let key: Vec<_> = table.key.iter().map(|e| (e.attribute_name(), e.key_type().as_str())).collect();
    assert_eq!(key, [("pk", "HASH"), ("sk", "RANGE")]);
    assert_eq!(table.attributes.len(), 2);
    assert_eq!(table.indexes[0].index_name(), "by-sk");
    assert_eq!(table.expires_by.as_deref(), Some("expires_at"));
}

#[test]
fn what_is_not_understood_is_named() {
    assert_eq!(
        message("ALL", "SOME"),
        "Table.GlobalSecondaryIndexes[0].Projection.ProjectionType: unknown variant `SOME`, expected one of `ALL`, `INCLUDE`, `KEYS_ONLY`"
    );
    assert_eq!(
        message("PAY_PER_REQUEST", "PROVISIONED"),
        "Table.BillingMode: unknown variant `PROVISIONED`, expected `PAY_PER_REQUEST`"
    );
    assert_eq!(
        message("RANGE", "SORT"),
        "Table.KeySchema[1].KeyType: unknown variant `SORT`, expected `HASH` or `RANGE`"
    );
    assert_eq!(
        message("Type: S", "Type: T"),
        "Table.AttributeDefinitions[0].AttributeType: unknown variant `T`, expected one of `B`, `N`, `S`"
    );
    let local = message("GlobalSecondaryIndexes", "LocalSecondaryIndexes");
    assert!(local.starts_with("Table.LocalSecondaryIndexes: unknown field `LocalSecondaryIndexes`, "), "{local}");
    let name = message("IndexName: by-sk", "Name: by-sk");
    assert!(name.starts_with("Table.GlobalSecondaryIndexes[0].Name: unknown field `Name`, "), "{name}");
    assert_eq!(
        message("Enabled: true", "Enabled: often"),
        "Table.TimeToLiveSpecification.Enabled: `often`: provided string was not `true` or `false`"
    );
}

#[test]
fn a_key_that_no_table_can_have_is_refused() {
    let needed = "a HASH attribute is needed, and at most one RANGE attribute after it";

    assert_eq!(message("KeyType: RANGE", "KeyType: HASH"), format!("Table.KeySchema: {needed}"));
    assert_eq!(
        message("KeySchema: [{AttributeName: pk", "KeySchema: [{AttributeName: id"),
        "Table.KeySchema[0].AttributeName: `id` is not in AttributeDefinitions"
    );
    assert_eq!(message("BillingMode: PAY_PER_REQUEST", ""), "Table.BillingMode: missing");
}

#[test]
fn two_tables_are_refused() {
    let two = format!("{GOOD}  Other: {{Type: AWS::DynamoDB::Table}}\n");

    assert_eq!(parse(&two).unwrap_err(), "Other: only one AWS::DynamoDB::Table is understood, and Table is one");
}

#[test]
fn expiry_may_be_off() {
    assert_eq!(parse(&GOOD.replace("Enabled: true", "Enabled: false")).unwrap().expires_by, None);
}
