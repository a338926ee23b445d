/* The version that `lacuna --version` and every JSON record print. */
#ifndef LACUNA_VERSION_H
#define LACUNA_VERSION_H

#define LACUNA_VERSION "0.1.0"

#endif
