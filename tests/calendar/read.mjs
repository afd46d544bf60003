// Reads a calendar from standard input as ical.js understands it, strictly, and prints its name and events as JSON.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

const text = readFileSync(0, "utf8");
const calendar = new ICAL.Component(ICAL.parse(text));
const events = calendar.getAllSubcomponents("vevent").map(component => {
  const event = new ICAL.Event(component);
  return {
    uid: event.uid, summary: event.summary, sequence: event.sequence, status: component.getFirstPropertyValue("status"),
    start: event.startDate.toString(), end: event.endDate.toString(), isDay: event.startDate.isDate,
    stamp: component.getFirstPropertyValue("dtstamp").toString(),
    properties: component.getAllProperties().map(property => property.name),
  };
});
console.log(JSON.stringify({ name: calendar.getFirstPropertyValue("x-wr-calname"), version: calendar.getFirstPropertyValue("version"), events }));
