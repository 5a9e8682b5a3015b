#!/usr/bin/env node
import { runMain } from '../dist/src/app/main.js';

await runMain(process.argv);
