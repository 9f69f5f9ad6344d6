// SPDX-License-Identifier: Apache-2.0
// Beast, compiled once (BOOST_BEAST_SEPARATE_COMPILATION). Its TLS part is not used: see transport.hpp.
#include <boost/beast/src.hpp>
