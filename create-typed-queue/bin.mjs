#!/usr/bin/env node
// npm links this file before dist is built.
import './dist/main.js';
