// The second reader: CSV on standard input, an array of rows as JSON on standard output.

import { parse } from "csv-parse/sync";
import { readFileSync } from "node:fs";

const rows = parse(readFileSync(0), { record_delimiter: "\r\n", relax_column_count: false });
process.stdout.write(JSON.stringify(rows));
