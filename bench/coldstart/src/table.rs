//! The result as a Markdown table.

use anyhow::Result;
use serde_json::{Value, json};

use crate::{
    fixture::Function,
    run::Measured,
    statistics::{Summary, median},
};

/// Heads of the columns; `bench/README.md` says what each means.
const HEAD: &str = "\
| function | start ms (HTTPS) | × | start ms | × | first answer ms | × | both ms | × | warm ms (p50 / p99) | × | peak MiB | unpacked MiB | zip MiB |
|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
";

/// One function's line.
#[derive(Debug)]
pub(crate) struct Row {
    name: String,
    start_https: Option<Summary>,
    start: Option<Summary>,
    /// None, with those that follow, of a function that is only started.
    first: Option<Summary>,
    cold: Option<Summary>,
    warm: Option<Summary>,
    peak_kib: u64,
    unpacked_bytes: u64,
    zip_bytes: u64,
}

impl Row {
    /// Sums up what was measured, and weighs the package.
    pub(crate) fn new(function: &Function, measured: &Measured) -> Result<Self> {
        let (unpacked_bytes, zip_bytes) = function.package.sizes()?;
        Ok(Self {
            name: function.name.clone(),
            start_https: Summary::of(&measured.start_https),
            start: Summary::of(&measured.start),
            first: Summary::of(&measured.first),
            cold: Summary::of(&measured.cold),
            warm: Summary::of(&measured.warm),
            peak_kib: median(&measured.peak_kib),
            unpacked_bytes,
            zip_bytes,
        })
    }

    /// Its figures, each by itself.
    pub(crate) fn figures(&self) -> Vec<Value> {
        let time = |(measure, summary): (&str, Option<Summary>)| {
            let Summary { min_ms, median_ms, p99_ms } = summary?;
            Some(
                json!({"name": self.name, "measure": measure, "unit": "ms", "value": median_ms, "min": min_ms, "p99": p99_ms}),
            )
        };
        let size = |measure: &str, bytes: u64| json!({"name": self.name, "measure": measure, "unit": "MiB", "value": mib(bytes)});
        let times = [
            ("start, HTTPS", self.start_https),
            ("start", self.start),
            ("first answer", self.first),
            ("start and first answer", self.cold),
            ("warm", self.warm),
        ];
        let sizes = [
            size("peak memory", self.peak_kib * 1024),
            size("unpacked", self.unpacked_bytes),
            size("zip", self.zip_bytes),
        ];
        times.into_iter().filter_map(time).chain(sizes).collect()
    }
}

/// The table, with ratios of medians to those of the function named `baseline`.
pub(crate) fn render(rows: &[Row], baseline: &str) -> String {
    let base = rows.iter().find(|row| row.name == baseline);
    "\n".to_owned() + HEAD + &rows.iter().map(|row| line(row, base)).collect::<String>()
}

/// How many times as much as the function named `reference` the others take; nothing without it, or without others.
pub(crate) fn render_times(rows: &[Row], reference: &str) -> String {
    let Some(reference) = rows.iter().find(|row| row.name == reference) else { return String::new() };
    let others: String =
        rows.iter().filter(|row| row.name != reference.name).map(|row| times_line(row, reference)).collect();
    if others.is_empty() {
        return others;
    }
    format!(
        "\n| times as much as `{}` | start (HTTPS) | start | first answer | both | warm | peak | zip |\n|---|---|---|---|---|---|---|---|\n{others}",
        reference.name
    )
}

/// One line of [`render_times`].
fn times_line(row: &Row, reference: &Row) -> String {
    let median = |figure: fn(&Row) -> Option<Summary>| ratio(figure(row), figure(reference));
    let size = |figure: fn(&Row) -> u64| figure(row) as f64 / figure(reference) as f64;
    format!(
        "| `{}` | {} | {} | {} | {} | {} | {:.2} | {:.2} |\n",
        row.name,
        median(|row| row.start_https),
        median(|row| row.start),
        median(|row| row.first),
        median(|row| row.cold),
        median(|row| row.warm),
        size(|row| row.peak_kib),
        size(|row| row.zip_bytes),
    )
}

/// One line.
fn line(row: &Row, base: Option<&Row>) -> String {
    let ratio = |figure: fn(&Row) -> Option<Summary>| ratio(figure(row), base.and_then(figure));
    let three = |summary: Option<Summary>| {
        let three = |Summary { min_ms, median_ms, p99_ms }| format!("{min_ms:.2} / {median_ms:.2} / {p99_ms:.2}");
        summary.map_or_else(none, three)
    };
    let two = |Summary { median_ms, p99_ms, .. }| format!("{median_ms:.2} / {p99_ms:.2}");
    format!(
        "| `{}` | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {:.1} | {:.2} | {:.2} |\n",
        row.name,
        three(row.start_https),
        ratio(|row| row.start_https),
        three(row.start),
        ratio(|row| row.start),
        three(row.first),
        ratio(|row| row.first),
        three(row.cold),
        ratio(|row| row.cold),
        row.warm.map_or_else(none, two),
        ratio(|row| row.warm),
        mib(row.peak_kib * 1024),
        mib(row.unpacked_bytes),
        mib(row.zip_bytes),
    )
}

/// How many times as much a median is as another one.
fn ratio(one: Option<Summary>, other: Option<Summary>) -> String {
    one.zip(other).map_or_else(none, |(one, other)| format!("{:.2}", one.median_ms / other.median_ms))
}

/// What stands where nothing was measured.
fn none() -> String {
    "–".to_owned()
}

/// Bytes as MiB; sizes here are far below the 2^53 that a float holds exactly.
fn mib(bytes: u64) -> f64 {
    bytes as f64 / (1024.0 * 1024.0)
}

#[cfg(test)]
mod tests {
    use super::{Row, render, render_times};
    use crate::statistics::Summary;
    use serde_json::json;

    fn row(name: &str, median_ms: f64) -> Row {
        let summary = Some(Summary { min_ms: 1.0, median_ms, p99_ms: 9.0 });
        Row {
            name: name.to_owned(),
            start_https: summary,
            start: summary,
            first: summary,
            cold: summary,
            warm: summary,
            peak_kib: 10_240,
            unpacked_bytes: 4_194_304,
            zip_bytes: 2_097_152,
        }
    }

    #[test]
    fn ratios_are_of_medians_to_the_baseline() {
        let table = render(&[row("minimal", 4.0), row("audit-trail", 2.0)], "minimal");

        let last = table.lines().last();

        assert_eq!(
            last,
            Some(
                "| `audit-trail` | 1.00 / 2.00 / 9.00 | 0.50 | 1.00 / 2.00 / 9.00 | 0.50 | 1.00 / 2.00 / 9.00 | 0.50 \
                 | 1.00 / 2.00 / 9.00 | 0.50 | 2.00 / 9.00 | 0.50 | 10.0 | 4.00 | 2.00 |"
            )
        );
    }

    #[test]
    fn the_others_are_held_against_the_ported_function() {
        let table = render_times(&[row("python", 84.0), row("audit-trail", 2.0)], "audit-trail");

        let last = table.lines().last();

        assert_eq!(last, Some("| `python` | 42.00 | 42.00 | 42.00 | 42.00 | 42.00 | 1.00 | 1.00 |"));
        assert_eq!(render_times(&[row("audit-trail", 2.0)], "audit-trail"), "");
        assert_eq!(render_times(&[row("minimal", 2.0)], "audit-trail"), "");
    }

    #[test]
    fn figures_are_medians_in_milliseconds_and_sizes_in_mib() {
        let figures = row("audit-trail", 2.0).figures();

        let expected = json!({"name": "audit-trail", "measure": "start, HTTPS", "unit": "ms", "value": 2.0, "min": 1.0, "p99": 9.0});
        assert_eq!(figures.first(), Some(&expected));
        let expected = json!({"name": "audit-trail", "measure": "zip", "unit": "MiB", "value": 2.0});
        assert_eq!(figures.last(), Some(&expected));
    }

    #[test]
    fn a_function_that_is_only_started_has_no_answers() {
        let started = Row { first: None, cold: None, warm: None, ..row("log-sign", 2.0) };
        let measures = started.figures().iter().map(|figure| figure["measure"].clone()).collect::<Vec<_>>();
        assert_eq!(measures, ["start, HTTPS", "start", "peak memory", "unpacked", "zip"]);
        assert_eq!(
            render(&[row("minimal", 4.0), started], "minimal").lines().last(),
            Some(
                "| `log-sign` | 1.00 / 2.00 / 9.00 | 0.50 | 1.00 / 2.00 / 9.00 | 0.50 | – | – | – | – | – | – | 10.0 | 4.00 | 2.00 |"
            )
        );
    }

    #[test]
    fn without_the_baseline_there_are_no_ratios() {
        assert!(render(&[row("audit-trail", 2.0)], "minimal").contains("| – |"));
    }
}
