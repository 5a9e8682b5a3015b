#!/usr/bin/env node
import './keep-warm.js';
import { runMain } from '../dist/src/app/main.js';

await runMain(process.argv);
