// On every page of somebody signed in: this phone is theirs, and what it kept for them can go.
import { flush, learn } from "./outbox.js";
learn().then(flush);
