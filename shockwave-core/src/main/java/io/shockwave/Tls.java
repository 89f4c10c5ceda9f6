package io.shockwave;

import java.io.IOException;
import java.nio.file.Path;

/** placeholder: owned by the TLS piece */
public interface Tls {
}
