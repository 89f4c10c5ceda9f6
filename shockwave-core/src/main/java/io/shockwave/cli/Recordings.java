package io.shockwave.cli;

import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;
import jdk.jfr.RecordingState;

/** Flight Recorder's recordings at the end of the process. Stateless. */
final class Recordings {
    private Recordings() {
    }

    /** Ends those that are to be written to a file: who halts the JVM does not wait for it to do so. */
    static void finish() {
        if (!FlightRecorder.isInitialized()) {
            return;
        }
        for (Recording recording : FlightRecorder.getFlightRecorder().getRecordings()) {
            try {
                if (recording.getDestination() != null && recording.getState() == RecordingState.RUNNING) {
                    recording.stop();
                }
            } catch (IllegalStateException e) {
                // The JVM's own hook has ended it meanwhile.
            }
        }
    }
}
