/** The root folder of the project. Source files and compiled files are at the same depth, so the path works for both. */

import { fileURLToPath } from "node:url";

export const PROJECT = fileURLToPath(new URL("../../..", import.meta.url));
