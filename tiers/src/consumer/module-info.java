/** An application as a user writes it: it names the library's module and no tier. */
module consumer {
    requires io.shockwave;
}
