import "provml";
import { writeSync } from "node:fs";

writeSync(1, JSON.stringify({ cpuMicroseconds: process.cpuUsage(), rssBytes: process.memoryUsage.rss() }));
