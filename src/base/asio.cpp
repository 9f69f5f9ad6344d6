// SPDX-License-Identifier: Apache-2.0
// Asio, compiled once for every library (BOOST_ASIO_SEPARATE_COMPILATION).
#include <boost/asio/impl/src.hpp>
