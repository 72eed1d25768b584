/** The root folder of the project. Sources and compiled files are equally deep in this package. */

import { fileURLToPath } from "node:url";

export const PROJECT = fileURLToPath(new URL("../../..", import.meta.url));
