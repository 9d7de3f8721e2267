from skhpo.inspection._importance import ParameterImportance, parameter_importance
__all__ = ["ParameterImportance", "parameter_importance"]
