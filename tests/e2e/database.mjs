// SPDX-License-Identifier: Apache-2.0
// What stands in the database of a world.
import { execFileSync } from "node:child_process";
import { join } from "node:path";

const search = `
import json, sqlite3, sys
database = sqlite3.connect(sys.argv[1])
tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
def holds(value, text):
    return (text in value) if isinstance(value, str) else (text.encode() in value) if isinstance(value, bytes) else False
print(json.dumps(sorted({table for table in tables for row in database.execute(f'SELECT * FROM "{table}"')
                         for value in row for text in sys.argv[2:] if holds(value, text)})))
`;
/** The tables of the database in which one of these texts stands, in whatever column. */
export const tablesWith = (world, ...texts) =>
  JSON.parse(execFileSync("python3", ["-c", search, join(world.folder, "couplet.db"), ...texts]));
