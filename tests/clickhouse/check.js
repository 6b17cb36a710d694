// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// check.js DOCUMENT BROKERS TOPIC ROWS EXPECT SIDES TOLD: run what DOCUMENT shows, in a ClickHouse in this process.
//
// Its Kafka table reads TOPIC from BROKERS. ROWS are the lines that were reported, as a file sink has
// them, EXPECT what dnsload sent; SIDES the lines that were reported to the topic "sides", of queries and responses that
// send_dialogue sent, TOLD what these were. A line for each thing that is wrong, and exit status 1; else 0.
"use strict";

const fs = require("fs");
const { Session } = require("chdb");

const [path, brokers, topic, rowsPath, expectPath, sidesPath, toldPath] = process.argv.slice(2);
const session = new Session();
let wrong = 0;

function same(what, wanted, found) {
	const [a, b] = [JSON.stringify(wanted), JSON.stringify(found)];

	if (a !== b) {
		console.log(`${what}: should be ${a}, is ${b}`);
		wrong++;
	}
}

function rowsOf(sql) {
	const settings = " SETTINGS output_format_json_quote_64bit_integers = 0";
	const text = session.query(sql.replace(/;\s*$/, "") + settings, "JSONEachRow");

	return text.split("\n").filter((line) => line).map((line) => JSON.parse(line));
}

function run(block) {
	for (const statement of block.split(/;\s*\n/))
		if (statement.trim())
			session.query(statement);
}

function insert(lines) {
	const part = 500;

	for (let i = 0; i < lines.length; i += part)
		session.query("INSERT INTO rcodewatch.rows FORMAT JSONEachRow\n" +
			lines.slice(i, i + part).map((line) => JSON.stringify(line)).join("\n"));
}

function sleep(ms) {
	Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

// ---- what the document has ----------------------------------------------------------------------

const blocks = [...fs.readFileSync(path, "utf8").matchAll(/^```sql\n(.*?)^```$/gms)].map((m) => m[1]);
const [table, queue, byMinute, zones, gaps, totals, sides, sidesQueue, lost, silent] = blocks;

same("SQL blocks in the document", 10, blocks.length);

function linesOf(file) {
	return fs.readFileSync(file, "utf8").split("\n").filter((line) => line).map((line) => JSON.parse(line));
}

const reported = linesOf(rowsPath).filter((row) => row.type !== "event" && row.type !== "alert");
const expect = Object.fromEntries(fs.readFileSync(expectPath, "utf8").split("\n")
	.map((line) => line.split(" ")).map(([key, value]) => [key, Number(value)]));

// ---- from Kafka ---------------------------------------------------------------------------------

function count() {
	return rowsOf("SELECT count() AS n FROM rcodewatch.rows FINAL")[0].n;
}

run(table);
run(queue.replace("kafka1.example:9092", brokers)
	.replace("kafka_topic_list = 'rcodewatch'", `kafka_topic_list = '${topic}'`));
for (let i = 0; i < 300 && count() < reported.length; i++)
	sleep(200);
same("rows in ClickHouse", reported.length, count());

const time = (text) => text.replace("T", " ").replace("Z", "");
const key = (row) => [row.type, row.instance, row.seq, row.interface, row.direction, row.list || "",
	row.rcode ?? "", row.info_code ?? "", row.type === "qtypes" ? row.qtype : "", row.family || "",
	row.transport || "", row.name || "", row.address || "", row.id || "", row.zone || ""].join("|");
const stored = new Map(rowsOf("SELECT * FROM rcodewatch.rows FINAL").map((row) => [key(row), row]));
let different = 0;

for (const row of reported) {
	const found = stored.get(key(row)) || {};

	for (const [name, value] of Object.entries(row)) {
		const wanted = ["start", "end", "since"].includes(name) ? time(value) : value;

		if (name !== "schema" && JSON.stringify(found[name]) !== JSON.stringify(wanted) && !different++)
			same(`${name} of ${key(row)}`, wanted, found[name]);
	}
}
same("fields that differ", 0, different);

// ---- the sums, against what was sent ---------------------------------------------------------------

function sums(when) {
	const found = {};

	for (const row of rowsOf("SELECT rcode, sum(count) AS n FROM rcodewatch.rows FINAL " +
		"WHERE type = 'counts' AND rcode < 24 GROUP BY rcode"))
		found[row.rcode] = row.n;
	for (let code = 0; code < 24; code++)
		same(`responses with RCODE ${code}, ${when}`, expect[`rcode.${code}`] || 0, found[code] || 0);
	same(`all responses, ${when}`, expect.responses,
		rowsOf(byMinute).reduce((n, row) => n + row.responses, 0));
	same(`the totals, ${when}`, [expect.responses], rowsOf(totals).map((row) => row.responses));
}

sums("from Kafka");
same("what was lost", [[0, 0]], rowsOf(gaps).map((row) => [row.lost_rows, row.lost_intervals]));

session.query("DROP TABLE rcodewatch.reader");
session.query("DROP TABLE rcodewatch.queue");
insert(reported);
insert(reported);
sums("when all comes three times");

// Of the second report the last row, of the third three others.
const last = Math.max(...reported.map((row) => row.seq));
let leave = 3;
const some = reported.filter((row) => !(row.seq === 2 && row.type === "interval") &&
	!(row.seq === 3 && row.type === "counts" && leave-- > 0));

same("reports to leave something out of", true, last > 3);
session.query("TRUNCATE TABLE rcodewatch.rows");
insert(some);
same("what was lost of some", [[3, 1]], rowsOf(gaps).map((row) => [row.lost_rows, row.lost_intervals]));
same("the totals of some", [expect.responses], rowsOf(totals).map((row) => row.responses));

// ---- which zone explains the rise? --------------------------------------------------------------

function made(minutesAgo, type, fields) {
	const at = (ms) => new Date(Date.now() - minutesAgo * 60000 + ms).toISOString();

	return { ...reported[0], type, start: at(-10000), end: at(0), rcode: 2, ...fields };
}
const zone = (minutesAgo, name, n, more) =>
	made(minutesAgo, "top", { list: "zones", name, count: n, low: n - 1, high: n + 2, ...more });

session.query("TRUNCATE TABLE rcodewatch.rows");
insert([
	made(15, "counts", { count: 100 }), made(5, "counts", { count: 1100 }),
	made(5, "counts", { count: 5000, rcode: 3 }), made(25, "counts", { count: 9000 }),
	zone(15, "quiet.example", 40), zone(5, "quiet.example", 40),
	zone(15, "broken.example", 20), zone(6, "broken.example", 300, { info_code: 6 }),
	zone(5, "broken.example", 470, { host: "another", info_code: 7 }),
	zone(5, "new.example", 90), zone(15, "gone.example", 40), zone(25, "old.example", 800),
	zone(5, "other.example", 900, { rcode: 3 }),
	zone(5, "it's \\\"quoted\\\".example", 10),
]);
same("zones that explain the rise", [
	["broken.example", 20, 770, 750, 746, 0.75, 7, 2],
	["new.example", 0, 90, 90, 89, 0.09, null, 1],
	["it's \\\"quoted\\\".example", 0, 10, 10, 9, 0.01, null, 1],
], rowsOf(zones).map((row) => [row.zone, row.before, row.after, row.rise, row.rise_at_least,
	row.part_of_rise, row.last_error, row.hosts]));

// ---- transactions -------------------------------------------------------------------------------

const isSide = (row) => ["side", "unanswered", "answers"].includes(row.type);
const saidOfSides = linesOf(sidesPath).filter(isSide);
const told = fs.readFileSync(toldPath, "utf8").split("\n").filter((line) => line).map((line) => line.split(" "));
const toldOf = (side, name) => Number((told.find((line) => line[0] === side && line[1] === name) || [])[2]);
const sidesKey = (row) => [row.type, row.instance, row.seq, row.side, row.list || "", row.name || "", row.address || ""].join("|");

run(sides);
run(sidesQueue.replace("kafka1.example:9092", brokers).replace("kafka_topic_list = 'rcodewatch'", "kafka_topic_list = 'sides'"));
for (let i = 0; i < 300 && rowsOf("SELECT count() AS n FROM rcodewatch.sides FINAL")[0].n < saidOfSides.length; i++)
	sleep(200);

const storedSides = new Map(rowsOf("SELECT * FROM rcodewatch.sides FINAL").map((row) => [sidesKey(row), row]));

same("rows of sides in ClickHouse", saidOfSides.length, storedSides.size);
for (const row of saidOfSides)
	for (const [name, value] of Object.entries(row)) {
		const found = storedSides.get(sidesKey(row)) || {};
		const wanted = name === "start" || name === "end" ? time(value) : value;

		if (name !== "schema" && JSON.stringify(found[name]) !== JSON.stringify(wanted))
			same(`${name} of ${sidesKey(row)}`, wanted, found[name]);
	}
for (const side of ["clients", "upstream"]) {
	const minutes = rowsOf(lost).filter((row) => row.side === side);
	const sum = (name) => minutes.reduce((n, row) => n + row[name], 0);

	same(`${side}: asked, answered, lost`, ["queries.new", "responses.answered", "unanswered"].map((name) => toldOf(side, name)),
		["asked", "answered", "lost"].map(sum));
}
// Upstream has two servers, one of each family.
const servers = rowsOf(silent).filter((row) => row.list === "servers");

same("lost by servers", toldOf("upstream", "unanswered"), servers.reduce((n, row) => n + row.lost, 0));
same("servers", true, servers.every((row) => ["198.51.100.9", "2001:db8:ffff::99"].includes(row.silent) && row.hosts === 1 &&
	row.about_asked >= row.lost));

session.cleanup();
process.exit(wrong ? 1 : 0);
