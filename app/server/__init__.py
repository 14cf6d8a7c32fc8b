"""What stands between the network and the WSGI application: processes, limits, a bounded queue, a calm stop."""
