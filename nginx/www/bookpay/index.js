/*
 * All of our elements.  A page that needs one may load only that module.
 */

import './session-types.js';
import './booking-confirmation.js';
import './payment-confirmation.js';
