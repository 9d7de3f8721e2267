"""The borders: all private scikit-learn and joblib names are touched here only."""
