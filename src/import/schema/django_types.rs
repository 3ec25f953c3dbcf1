//! The types that fields of Django's models have in the database.

/// The type a field has in the database; for a field of the project's own, its class.
/// `number` tells the number that an option of the field has.
pub(crate) fn django_column_type(kind: &str, number: impl Fn(&str) -> Option<String>) -> String {
    let sized = |default: &str| {
        format!("varchar({})", number("max_length").unwrap_or_else(|| default.to_owned()))
    };
    match kind {
        "AutoField" => "serial".to_owned(),
        "BigAutoField" => "bigserial".to_owned(),
        "SmallAutoField" => "smallserial".to_owned(),
        "CharField" => sized("255"),
        "EmailField" => sized("254"),
        "URLField" => sized("200"),
        "SlugField" => sized("50"),
        "FileField" | "ImageField" | "FilePathField" => sized("100"),
        "TextField" => "text".to_owned(),
        "IntegerField" | "PositiveIntegerField" => "integer".to_owned(),
        "BigIntegerField" | "PositiveBigIntegerField" | "DurationField" => "bigint".to_owned(),
        "SmallIntegerField" | "PositiveSmallIntegerField" => "smallint".to_owned(),
        "BooleanField" | "NullBooleanField" => "boolean".to_owned(),
        "DateTimeField" => "timestamp with time zone".to_owned(),
        "DateField" => "date".to_owned(),
        "TimeField" => "time".to_owned(),
        "FloatField" => "double precision".to_owned(),
        "DecimalField" => match (number("max_digits"), number("decimal_places")) {
            (Some(digits), Some(places)) => format!("numeric({digits},{places})"),
            _ => "numeric".to_owned(),
        },
        "UUIDField" => "uuid".to_owned(),
        "JSONField" => "jsonb".to_owned(),
        "BinaryField" => "bytea".to_owned(),
        "GenericIPAddressField" | "IPAddressField" => "inet".to_owned(),
        other => other.trim_end_matches("Field").to_lowercase(),
    }
}
