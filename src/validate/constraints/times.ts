/** What an xsd:dateTime says. */
export interface Instant {
  /** Equal for equal values (XML Schema Datatypes 1.1, 3.3.7.2), whatever the lexical form and the time zone. */
  readonly key: string;
  /** Seconds since 1970, in UTC or in local time of an unknown place. */
  readonly seconds: number;
  /** Whether it says its time zone. A local time equals no zoned one: the place may be anywhere. */
  readonly isZoned: boolean;
}

const DATE_TIME =
  /^(-?(?:[1-9]\d{3,}|0\d{3}))-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)?$/;

const DAYS_OF_CYCLE = 146_097; // of 400 years of the Gregorian calendar
const DAYS_TO_1970 = 719_468; // from 0000-03-01
/** Beyond this many digits of a year, seconds are no longer exact integers. */
const LONGEST_YEAR = 8;

/** The value of an xsd:dateTime by its lexical form; undefined when it is none. White space around it is no part of it. */
export function readDateTime(text: string): Instant | undefined {
  const match = DATE_TIME.exec(text.trim());
  if (match === null) return undefined;
  const [, yearText = "", monthText, dayText, hourText, minuteText, secondText, digits = "", zone] = match;
  const [year, month, day] = [Number(yearText), Number(monthText), Number(dayText)];
  const [hour, minute, second] = [Number(hourText), Number(minuteText), Number(secondText)];
  const fraction = digits.replace(/0+$/, "");
  if (month < 1 || month > 12 || day < 1 || day > daysOf(month, year)) return undefined;
  const isMidnight = hour === 24 && minute === 0 && second === 0 && fraction === "";
  if ((hour > 23 && !isMidnight) || minute > 59 || second > 59) return undefined;
  const isZoned = zone !== undefined;
  const seconds = daysSince1970(year, month, day) * 86_400 + hour * 3600 + (minute - offsetOf(zone)) * 60 + second;
  const whole = yearText.length > LONGEST_YEAR ? text.trim().replace(/[+-]00:00$/, "Z") : `${seconds}.${fraction}`;
  return { key: isZoned ? `${whole}Z` : whole, seconds: seconds + Number(`0.${fraction}0`), isZoned };
}

/** Whether two lexical forms say the same time. Those that say none are equal when they are the same text. */
export function isSameTime(a: string, b: string): boolean {
  if (a === b) return true;
  const first = readDateTime(a);
  return first !== undefined && first.key === readDateTime(b)?.key;
}

function daysOf(month: number, year: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Minutes that a zone is ahead of UTC. */
function offsetOf(zone: string | undefined): number {
  if (zone === undefined || zone === "Z") return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4));
  return zone.startsWith("-") ? -minutes : minutes;
}

/** Days of the proleptic Gregorian calendar; years begin in March, so that the leap day comes last. `Date` knows fewer years. */
function daysSince1970(year: number, month: number, day: number): number {
  const marchYear = month > 2 ? year : year - 1;
  const cycle = Math.floor(marchYear / 400);
  const yearOfCycle = marchYear - cycle * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const dayOfCycle = yearOfCycle * 365 + Math.floor(yearOfCycle / 4) - Math.floor(yearOfCycle / 100) + dayOfYear;
  return cycle * DAYS_OF_CYCLE + dayOfCycle - DAYS_TO_1970;
}
